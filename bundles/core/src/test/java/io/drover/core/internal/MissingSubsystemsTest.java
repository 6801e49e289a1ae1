package io.drover.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.status.Subsystem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Bundle;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

class MissingSubsystemsTest {

    private static final String GRPC = "io.drover.grpc";

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
                        "waits for the service x.Tokens of the bundle io.drover.security and"
                                + " x.Certificates, which no started bundle provides");
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

    private Map<String, String> explain(String... present) {
        return new MissingSubsystems(framework.context(), framework.components())
                .explain(List.of(present));
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
