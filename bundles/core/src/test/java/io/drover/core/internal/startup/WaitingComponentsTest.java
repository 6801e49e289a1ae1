package io.drover.core.internal.startup;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.status.Subsystem;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Bundle;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

class WaitingComponentsTest {

    private static final String GRPC = "io.drover.grpc";

    @TempDir Path repository;

    private final ScriptedFramework framework = new ScriptedFramework();

    @BeforeEach
    void strangers() {
        framework.bundle("org.apache.felix.scr", Bundle.ACTIVE, true);
        framework.bundle("io.drover.api", Bundle.ACTIVE, false);
        framework.bundle(null, Bundle.ACTIVE, true);
    }

    @Test
    void bundlesOfOthersAndBundlesWithoutComponentsAreNotMissed() {
        assertThat(explain()).isEmpty();
    }

    @Test
    void oneThatIsThereIsNotMissed() {
        framework.bundle(GRPC, Bundle.ACTIVE, true);
        framework.component(GRPC, Subsystem.class.getName());

        assertThat(explain("grpc")).isEmpty();
    }

    @Test
    void aBundleThatPublishesNoSubsystemIsNotMissed() {
        framework.bundle(GRPC, Bundle.ACTIVE, true);
        framework.component(GRPC, "io.drover.api.http.Routes");

        assertThat(explain()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        Bundle.INSTALLED + ", installed but not resolved",
        Bundle.RESOLVED + ", resolved but not started",
        Bundle.STARTING + ", starting",
        Bundle.STOPPING + ", stopping",
        "64, in the state 64"
    })
    void aBundleThatIsNotActiveIsNamedWithItsState(int state, String word) {
        framework.bundle(GRPC, state, true);

        assertThat(explain())
                .isEqualTo(
                        Map.of(
                                "grpc",
                                "its bundle is " + word + "; look at it with: bundle:diag 3"));
    }

    @Test
    void aComponentWithoutConfigurationWaitsForIt() {
        framework.bundle(GRPC, Bundle.ACTIVE, true);
        ComponentDescriptionDTO component = framework.component(GRPC, Subsystem.class.getName());

        assertThat(explain()).containsEntry("grpc", "waits for its configuration io.drover.grpc");

        framework.configure(component, ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION);
        assertThat(explain()).containsEntry("grpc", "waits for its configuration io.drover.grpc");
    }

    @Test
    void aComponentWithoutItsServicesNamesThemAndWhoHasThem() {
        framework.bundle(GRPC, Bundle.ACTIVE, true);
        ComponentDescriptionDTO component = framework.component(GRPC, Subsystem.class.getName());
        component.references =
                new ReferenceDTO[] {
                    reference("tokens", "x.Tokens"),
                    reference("certificates", "x.Certificates"),
                    reference("there", "x.There")
                };
        framework.configure(component, ComponentConfigurationDTO.UNSATISFIED_REFERENCE)
                        .unsatisfiedReferences =
                new UnsatisfiedReferenceDTO[] {unsatisfied("tokens"), unsatisfied("certificates")};
        framework.component("io.drover.security", "x.Tokens");

        assertThat(explain())
                .containsEntry(
                        "grpc",
                        "waits for the service x.Tokens of the bundle io.drover.security, which itself waits for its"
                                + " configuration io.drover.security and"
                                + " x.Certificates, which no bundle of this distribution provides");
    }

    @Test
    void aComponentThatFailedSaysWhyInOneLine() {
        framework.bundle(GRPC, Bundle.ACTIVE, true);
        ComponentDescriptionDTO component = framework.component(GRPC, Subsystem.class.getName());
        ComponentConfigurationDTO failed =
                framework.configure(component, ComponentConfigurationDTO.FAILED_ACTIVATION);

        assertThat(explain()).containsEntry("grpc", "its component failed: without a message");

        failed.failure = "java.lang.IllegalArgumentException: grpc.port must be …\n\tat a.b.C";
        assertThat(explain())
                .containsEntry(
                        "grpc",
                        "its component failed: java.lang.IllegalArgumentException: grpc.port must"
                                + " be …");
    }

    @ParameterizedTest
    @CsvSource({ComponentConfigurationDTO.SATISFIED + "", ComponentConfigurationDTO.ACTIVE + ""})
    void aComponentThatHasAllItNeedsIsBeingStarted(int state) {
        framework.bundle(GRPC, Bundle.ACTIVE, true);
        framework.configure(framework.component(GRPC, Subsystem.class.getName()), state);

        assertThat(explain()).containsEntry("grpc", "is being started");
    }

    @Test
    void aProviderThatLacksSomethingItselfIsFollowedToTheCause() {
        framework.bundle(GRPC, Bundle.ACTIVE, true);
        lacking(framework.component(GRPC, Subsystem.class.getName()), "x.Tokens");
        lacking(framework.component("io.drover.security", "x.Tokens"), "x.Clock");
        ComponentDescriptionDTO failed = framework.component("io.drover.clock", "x.Clock");
        framework.configure(failed, ComponentConfigurationDTO.FAILED_ACTIVATION).failure =
                "no battery";

        assertThat(explain())
                .containsEntry(
                        "grpc",
                        "waits for the service x.Tokens of the bundle io.drover.security, which itself"
                                + " waits for the service x.Clock of the bundle io.drover.clock, which"
                                + " itself its component failed: no battery");
    }

    @Test
    void twoThatWaitForEachOtherAreToldOnce() {
        framework.bundle(GRPC, Bundle.ACTIVE, true);
        lacking(framework.component(GRPC, Subsystem.class.getName(), "x.One"), "x.Other");
        lacking(framework.component("io.drover.other", "x.Other"), "x.One");

        assertThat(explain().get("grpc"))
                .containsOnlyOnce("io.drover.other, which itself")
                .containsOnlyOnce("x.One of");
    }

    @Test
    void aBundleThatIsNotStartedIsNamedWithTheCommand() {
        framework.bundle(GRPC, Bundle.ACTIVE, true);
        framework.bundle("io.drover.security", Bundle.RESOLVED, true);
        framework.capability("osgi.service;objectClass:List<String>=\"x.A,x.Tokens\";uses:=\"x\"");
        lacking(framework.component(GRPC, Subsystem.class.getName()), "x.Tokens");

        assertThat(explain())
                .containsEntry(
                        "grpc",
                        "waits for the service x.Tokens, which the bundle io.drover.security would"
                                + " provide: it is resolved but not started; start it with:"
                                + " bundle:start io.drover.security");
    }

    @Test
    void aBundleOfTheDistributionThatIsNotInstalledIsNamedWithItsFeature() throws Exception {
        framework.bundle(GRPC, Bundle.ACTIVE, true);
        lacking(framework.component(GRPC, Subsystem.class.getName()), "x.Tokens");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", "io.drover.security");
        manifest.getMainAttributes()
                .putValue(
                        "Provide-Capability", "osgi.service;objectClass:List<String>=\"x.Tokens\"");
        Path folder = Files.createDirectories(repository.resolve("io/drover/security/1"));
        try (OutputStream file = Files.newOutputStream(folder.resolve("security-1.jar"));
                JarOutputStream jar = new JarOutputStream(file, manifest)) {
            jar.finish();
        }

        assertThat(explain().get("grpc"))
                .endsWith(
                        "which the bundle io.drover.security would provide: it is not installed;"
                                + " install it with: feature:install drover-security");
    }

    @Test
    void aComponentBesideTheSubsystemsIsTold() {
        framework.bundle(GRPC, Bundle.ACTIVE, true);
        framework.configure(
                framework.component(GRPC, Subsystem.class.getName()),
                ComponentConfigurationDTO.ACTIVE);
        ComponentDescriptionDTO pages = framework.component(GRPC, "x.Pages");
        pages.name = "io.drover.grpc.internal.Pages";
        lacking(pages, "x.Paper");

        assertThat(
                        new WaitingComponents(
                                        framework.context(), framework.components(), repository)
                                .beside())
                .isEqualTo(
                        Map.of(
                                "grpc",
                                Map.of(
                                        "Pages",
                                        "waits for the service x.Paper, which no bundle of this"
                                                + " distribution provides")));
    }

    private void lacking(ComponentDescriptionDTO component, String service) {
        component.references = new ReferenceDTO[] {reference("it", service)};
        framework.configure(component, ComponentConfigurationDTO.UNSATISFIED_REFERENCE)
                        .unsatisfiedReferences =
                new UnsatisfiedReferenceDTO[] {unsatisfied("it")};
    }

    private Map<String, String> explain(String... present) {
        return new WaitingComponents(framework.context(), framework.components(), repository)
                .missing(List.of(present));
    }

    private static ReferenceDTO reference(String name, String service) {
        ReferenceDTO reference = new ReferenceDTO();
        reference.name = name;
        reference.interfaceName = service;
        return reference;
    }

    private static UnsatisfiedReferenceDTO unsatisfied(String name) {
        UnsatisfiedReferenceDTO reference = new UnsatisfiedReferenceDTO();
        reference.name = name;
        return reference;
    }
}
