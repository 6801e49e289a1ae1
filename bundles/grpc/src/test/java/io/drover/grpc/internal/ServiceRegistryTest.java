package io.drover.grpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.proto.v1.AgentGrpc;
import io.drover.testing.FixedAgent;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import org.junit.jupiter.api.Test;

class ServiceRegistryTest {

    private final ServiceRegistry registry = new ServiceRegistry();

    @Test
    void ofTwoServicesWithOneNameTheNewerIsUsedAndTheOlderAgainWhenItGoes() {
        ServerServiceDefinition older = new AgentService(FixedAgent::new, () -> {}).bindService();
        ServerServiceDefinition newer = new AgentService(FixedAgent::new, () -> {}).bindService();
        String method = AgentGrpc.getGetVersionMethod().getFullMethodName();

        registry.add(older);
        ServerMethodDefinition<?, ?> ofOlder = registry.lookupMethod(method, null);
        registry.add(newer);
        assertThat(registry.lookupMethod(method, null)).isNotSameAs(ofOlder);

        registry.remove(newer);
        assertThat(registry.lookupMethod(method, null)).isSameAs(ofOlder);
        assertThat(registry.present()).containsExactly("drover.v1.Agent");

        registry.remove(older);
        assertThat(registry.present()).isEmpty();
        assertThat(registry.absent())
                .containsExactly(
                        "drover.v1.Agent",
                        "drover.v1.Autoscaling",
                        "drover.v1.Config",
                        "drover.v1.Connections",
                        "drover.v1.Control",
                        "drover.v1.Metadata");
    }

    @Test
    void aMethodThatNoServiceOfOursHasIsNotFound() {
        assertThat(registry.lookupMethod("drover.v1.Agent/Unheard", null)).isNull();
        assertThat(registry.lookupMethod("other.Service/Method", null)).isNull();
        assertThat(registry.lookupMethod("no-slash", null)).isNull();
    }
}
