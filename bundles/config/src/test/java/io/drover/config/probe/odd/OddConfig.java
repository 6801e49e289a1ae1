package io.drover.config.probe.odd;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** One key of each sort, to be packed by bnd. */
@ObjectClassDefinition
@interface OddConfig {

    int poll_interval_ms() default 5_000;

    @AttributeDefinition(min = "0", max = "9999999999")
    long file__bytes() default 7;

    double ratio$_$max() default 0.5;

    boolean class$() default true;

    float share() default 1.5f;

    String nothing() default "";

    String text() default "a, b\\c";

    String[] bind() default {"127.0.0.1", "::1"};

    String[] commas() default {"a,b", "c\\d", " e "};

    String[] none() default {};

    @AttributeDefinition(cardinality = 3)
    int[] numbers() default {1, 2};

    @AttributeDefinition(
            options = {@Option(value = "debug"), @Option(label = "Information", value = "info")})
    String level() default "info";

    @AttributeDefinition(type = AttributeType.PASSWORD)
    String _token() default "";

    @AttributeDefinition(min = "1", max = "8")
    String name();

    boolean camelCase() default false;
}
