package io.drover.config.probe.alpha;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The configuration of a component as the product's are. */
@ObjectClassDefinition
@interface AlphaConfig {

    @AttributeDefinition(min = "1", max = "100")
    int size_max() default 7;

    String[] bind() default {"127.0.0.1", "::1"};
}
