package io.drover.config.probe.odd;

import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;

/** Carries its configuration's designation. */
@Component(configurationPid = "io.drover.odd", service = OddComponent.class)
@Designate(ocd = OddConfig.class)
public final class OddComponent {}
