package io.drover.grpc.internal;

import static java.util.Map.entry;

import io.drover.api.security.Audience;
import io.drover.proto.v1.AgentGrpc;
import io.drover.proto.v1.ConnectionsGrpc;
import java.util.Map;
import java.util.Optional;

/** For whom each method is: the one place that says so. What is not here is refused. */
final class Audiences {

    private static final Map<String, Audience> BY_METHOD =
            Map.ofEntries(
                    // Open, because the probes of kubelet and grpc_health_probe carry no token.
                    entry("grpc.health.v1.Health/Check", Audience.PUBLIC),
                    entry("grpc.health.v1.Health/Watch", Audience.PUBLIC),
                    entry(
                            "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                            Audience.LOCAL),
                    entry(
                            "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                            Audience.LOCAL),
                    entry(AgentGrpc.getGetVersionMethod().getFullMethodName(), Audience.LOCAL),
                    entry(AgentGrpc.getGetStatusMethod().getFullMethodName(), Audience.LOCAL),
                    entry(
                            ConnectionsGrpc.getListConnectionsMethod().getFullMethodName(),
                            Audience.LOCAL),
                    entry(
                            ConnectionsGrpc.getWatchConnectionsMethod().getFullMethodName(),
                            Audience.LOCAL));

    private Audiences() {}

    /**
     * The audience of {@code fullMethodName}.
     *
     * @return empty for a method that declares none
     */
    static Optional<Audience> of(String fullMethodName) {
        return Optional.ofNullable(BY_METHOD.get(fullMethodName));
    }

    /** Every method that declares an audience. */
    static Map<String, Audience> all() {
        return BY_METHOD;
    }
}
