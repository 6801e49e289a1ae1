package io.drover.config.probe.beta;

import io.drover.config.recorder.Recorder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** Says what it is configured with. */
@Component(
        configurationPid = "io.drover.beta",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true,
        service = BetaComponent.class)
@Designate(ocd = BetaConfig.class)
public final class BetaComponent {

    @Activate
    public BetaComponent(BetaConfig config) {
        Recorder.saw("beta " + config.size_max() + " " + String.join(",", config.bind()));
    }

    @Deactivate
    void stop() {
        Recorder.saw("beta off");
    }
}
