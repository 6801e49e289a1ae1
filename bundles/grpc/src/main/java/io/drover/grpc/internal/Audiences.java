package io.drover.grpc.internal;

import static java.util.Map.entry;

import io.drover.api.security.Audience;
import io.drover.proto.v1.AgentGrpc;
import io.drover.proto.v1.AutoscalingGrpc;
import io.drover.proto.v1.ConfigGrpc;
import io.drover.proto.v1.ConnectionsGrpc;
import io.drover.proto.v1.ControlGrpc;
import io.drover.proto.v1.MetadataGrpc;
import io.grpc.MethodDescriptor;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * For whom each method is: the one place that says so. What is not here is refused. A service of
 * another bundle says it for its methods beside its registration, see {@link #PROPERTY}.
 */
final class Audiences {

    /**
     * The service property of a {@code BindableService} that is not ours: {@code LOCAL} for all of
     * its methods, or one {@code Method=AUDIENCE} for each. It can say nothing about our methods.
     */
    static final String PROPERTY = "drover.grpc.audience";

    private static final Map<String, Audience> OURS =
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
                    entry("grpc.channelz.v1.Channelz/GetTopChannels", Audience.ADMIN),
                    entry("grpc.channelz.v1.Channelz/GetServers", Audience.ADMIN),
                    entry("grpc.channelz.v1.Channelz/GetServer", Audience.ADMIN),
                    entry("grpc.channelz.v1.Channelz/GetServerSockets", Audience.ADMIN),
                    entry("grpc.channelz.v1.Channelz/GetChannel", Audience.ADMIN),
                    entry("grpc.channelz.v1.Channelz/GetSubchannel", Audience.ADMIN),
                    entry("grpc.channelz.v1.Channelz/GetSocket", Audience.ADMIN),
                    of(AgentGrpc.getGetVersionMethod(), Audience.LOCAL),
                    of(AgentGrpc.getGetStatusMethod(), Audience.LOCAL),
                    of(AgentGrpc.getGetStartupMethod(), Audience.LOCAL),
                    of(ConfigGrpc.getGetConfigMethod(), Audience.LOCAL),
                    of(ConfigGrpc.getWatchConfigMethod(), Audience.LOCAL),
                    of(ConnectionsGrpc.getListConnectionsMethod(), Audience.LOCAL),
                    of(ConnectionsGrpc.getWatchConnectionsMethod(), Audience.LOCAL),
                    of(ConnectionsGrpc.getResolveNatMethod(), Audience.LOCAL),
                    // Replicas ask each other, with the token that they share.
                    of(AutoscalingGrpc.getListAutoscalersMethod(), Audience.CLUSTER),
                    of(AutoscalingGrpc.getExplainAutoscalerMethod(), Audience.CLUSTER),
                    of(AutoscalingGrpc.getWatchDecisionsMethod(), Audience.CLUSTER),
                    of(MetadataGrpc.getWatchMetadataMethod(), Audience.CLUSTER),
                    of(MetadataGrpc.getFindAddressMethod(), Audience.CLUSTER),
                    of(ControlGrpc.getReloadMethod(), Audience.ADMIN),
                    of(ControlGrpc.getSetLogLevelMethod(), Audience.ADMIN),
                    of(ControlGrpc.getFlareMethod(), Audience.ADMIN));

    private final Map<String, Map<String, Audience>> ofOthers = new ConcurrentHashMap<>();

    private static Map.Entry<String, Audience> of(
            MethodDescriptor<?, ?> method, Audience audience) {
        return entry(method.getFullMethodName(), audience);
    }

    /**
     * The audience of {@code fullMethodName}.
     *
     * @return empty for a method that declares none
     */
    Optional<Audience> of(String fullMethodName) {
        Audience ours = OURS.get(fullMethodName);
        if (ours != null) {
            return Optional.of(ours);
        }
        String service = MethodDescriptor.extractFullServiceName(fullMethodName);
        Map<String, Audience> theirs = service == null ? null : ofOthers.get(service);
        if (theirs == null) {
            return Optional.empty();
        }
        String method = fullMethodName.substring(service.length() + 1);
        return Optional.ofNullable(theirs.getOrDefault(method, theirs.get("")));
    }

    /**
     * Takes what another bundle declares for its service.
     *
     * @param declared the values of {@link #PROPERTY}
     * @throws IllegalArgumentException naming the value that cannot be read; nothing is taken then
     */
    void declare(String service, String... declared) {
        Map<String, Audience> methods = new ConcurrentHashMap<>();
        for (String text : declared) {
            int at = text.indexOf('=');
            String method = at < 0 ? "" : text.substring(0, at).strip();
            String word = text.substring(at + 1).strip().toUpperCase(Locale.ROOT);
            try {
                methods.put(method, Audience.valueOf(word));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        PROPERTY
                                + " of "
                                + service
                                + " must be PUBLIC, LOCAL, CLUSTER or ADMIN, or Method= one of"
                                + " these, has '"
                                + text
                                + "'",
                        e);
            }
        }
        ofOthers.put(service, methods);
    }

    /** Every method of ours with its audience. */
    static Map<String, Audience> ours() {
        return OURS;
    }
}
