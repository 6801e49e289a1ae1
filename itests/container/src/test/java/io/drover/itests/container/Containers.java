package io.drover.itests.container;

import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.vmOption;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureSecurity;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.keepRuntimeFolder;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ops4j.pax.exam.Option;

/**
 * How the container of a suite is made: the built archive, no network, ports that the kernel
 * chooses.
 */
final class Containers {

    private static final String MAVEN = "etc/org.ops4j.pax.url.mvn.cfg";
    private static final String FEATURES = "etc/org.apache.karaf.features.cfg";

    private Containers() {}

    /** The distribution as it is. */
    static Option[] distribution() {
        return options();
    }

    /** The distribution's Karaf with nothing of Drover booted. */
    static Option[] empty() {
        return options(
                editConfigurationFilePut(
                        FEATURES,
                        "featuresBoot",
                        "feature,bundle,config,log,service,system,shell"));
    }

    private static Option[] options(Option... more) {
        List<Option> options =
                new ArrayList<>(
                        List.of(
                                karafDistributionConfiguration()
                                        .frameworkUrl(
                                                new File(System.getProperty("drover.archive"))
                                                        .toURI()
                                                        .toString())
                                        .name("drover")
                                        .karafVersion(System.getProperty("pax.exam.karaf.version"))
                                        .unpackDirectory(new File("target/exam"))
                                        .useDeployFolder(false),
                                configureSecurity().disableKarafMBeanServerBuilder(),
                                configureConsole().ignoreLocalConsole().ignoreRemoteShell(),
                                keepRuntimeFolder(),
                                vmOption("-Xmx384m"),
                                vmOption("-XX:+UseSerialGC"),
                                systemProperty("drover.swaps")
                                        .value(System.getProperty("drover.swaps", "10")),
                                // The launcher sets the home; here it is a folder in karaf.data.
                                editConfigurationFilePut(
                                        MAVEN,
                                        "org.ops4j.pax.url.mvn.localRepository",
                                        System.getProperty(
                                                "org.ops4j.pax.url.mvn.localRepository")),
                                editConfigurationFilePut(
                                        MAVEN, "org.ops4j.pax.url.mvn.repositories", ""),
                                editConfigurationFilePut(
                                        MAVEN, "org.ops4j.pax.url.mvn.settings", ""),
                                editConfigurationFilePut(FEATURES, "updateSnapshots", "none")));
        for (String port :
                new String[] {
                    "HTTP_API_PORT", "HTTP_METRICS_PORT", "HTTP_HEALTH_PORT", "GRPC_PORT"
                }) {
            options.add(org.ops4j.pax.exam.CoreOptions.environment("DROVER_" + port + "=0"));
        }
        // Clients that ask without a pause are what some stories are about.
        for (String rate : new String[] {"RATE_PER_SECOND", "RATE_HEAVY_PER_SECOND"}) {
            options.add(org.ops4j.pax.exam.CoreOptions.environment("DROVER_HTTP_" + rate + "=0"));
        }
        options.add(org.ops4j.pax.exam.CoreOptions.environment("KUBECONFIG="));
        options.addAll(Arrays.asList(more));
        return options.toArray(Option[]::new);
    }
}
