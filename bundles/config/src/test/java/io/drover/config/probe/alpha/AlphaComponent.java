package io.drover.config.probe.alpha;

import io.drover.config.recorder.Recorder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** Says what it is configured with. */
@Component(
        configurationPid = "io.drover.alpha",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true,
        service = AlphaComponent.class)
@Designate(ocd = AlphaConfig.class)
public final class AlphaComponent {

    @Activate
    public AlphaComponent(AlphaConfig config) {
        Recorder.saw("alpha " + config.size_max() + " " + String.join(",", config.bind()));
    }

    @Deactivate
    void stop() {
        Recorder.saw("alpha off");
    }
}
