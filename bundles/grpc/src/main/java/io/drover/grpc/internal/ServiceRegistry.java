package io.drover.grpc.internal;

import io.drover.proto.v1.AgentGrpc;
import io.drover.proto.v1.AutoscalingGrpc;
import io.drover.proto.v1.ConfigGrpc;
import io.drover.proto.v1.ConnectionsGrpc;
import io.drover.proto.v1.ControlGrpc;
import io.drover.proto.v1.MetadataGrpc;
import io.grpc.HandlerRegistry;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The services that come and go while the port stays. A service of ours that is away answers
 * UNAVAILABLE, so that clients try again, and is described by reflection all the same. Of two with
 * one name the newer is used, and the older again when the newer goes. Any thread.
 */
final class ServiceRegistry extends HandlerRegistry {

    private static final List<ServiceDescriptor> OURS =
            List.of(
                    AgentGrpc.getServiceDescriptor(),
                    ConfigGrpc.getServiceDescriptor(),
                    ConnectionsGrpc.getServiceDescriptor(),
                    AutoscalingGrpc.getServiceDescriptor(),
                    MetadataGrpc.getServiceDescriptor(),
                    ControlGrpc.getServiceDescriptor());

    /** Each as it was given, with the form in which it is served. */
    private record Present(ServerServiceDefinition given, ServerServiceDefinition served) {}

    private final Map<String, List<Present>> present = new HashMap<>();
    private volatile Map<String, ServerServiceDefinition> served = Map.of();

    ServiceRegistry() {
        publish();
    }

    /** Serves {@code service} from the next call on. */
    synchronized void add(ServerServiceDefinition service) {
        present.computeIfAbsent(nameOf(service), name -> new ArrayList<>())
                .add(new Present(service, owned(service)));
        publish();
    }

    /** Serves {@code service} no more; calls that run go on to their end. */
    synchronized void remove(ServerServiceDefinition service) {
        List<Present> same = present.get(nameOf(service));
        if (same != null && same.removeIf(each -> each.given() == service) && same.isEmpty()) {
            present.remove(nameOf(service));
        }
        publish();
    }

    /** The names of the services that somebody implements now. */
    synchronized Set<String> present() {
        return new TreeSet<>(present.keySet());
    }

    /** The names of our services that nobody implements now. */
    synchronized Set<String> absent() {
        Set<String> names = new TreeSet<>();
        OURS.forEach(service -> names.add(service.getName()));
        names.removeAll(present.keySet());
        return names;
    }

    @Override
    public List<ServerServiceDefinition> getServices() {
        return List.copyOf(served.values());
    }

    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String fullMethodName, String authority) {
        String name = MethodDescriptor.extractFullServiceName(fullMethodName);
        ServerServiceDefinition service = name == null ? null : served.get(name);
        return service == null ? null : service.getMethod(fullMethodName);
    }

    private void publish() {
        Map<String, ServerServiceDefinition> next = new HashMap<>();
        OURS.forEach(service -> next.put(service.getName(), absentForm(service)));
        present.forEach((name, same) -> next.put(name, same.get(same.size() - 1).served()));
        served = Map.copyOf(next);
    }

    /** Marks each call with the definition that it belongs to, so that it can be ended with it. */
    private static ServerServiceDefinition owned(ServerServiceDefinition service) {
        return SafeRequests.of(service, handler -> marking(service, handler));
    }

    private static <Q, A> ServerCallHandler<Q, A> marking(
            ServerServiceDefinition service, ServerCallHandler<Q, A> handler) {
        return (call, headers) -> {
            if (call instanceof OpenCall<Q, A> open) {
                open.belongsTo(service);
            }
            return handler.startCall(call, headers);
        };
    }

    private static String nameOf(ServerServiceDefinition service) {
        return service.getServiceDescriptor().getName();
    }

    private static ServerServiceDefinition absentForm(ServiceDescriptor service) {
        ServerServiceDefinition.Builder builder = ServerServiceDefinition.builder(service);
        service.getMethods().forEach(method -> builder.addMethod(absentForm(service, method)));
        return builder.build();
    }

    private static <Q, A> ServerMethodDefinition<Q, A> absentForm(
            ServiceDescriptor service, MethodDescriptor<Q, A> method) {
        Verdict away =
                Verdict.away(
                        Verdict.Reason.SERVICE_AWAY,
                        "the service " + service.getName() + " is not there now; try again");
        return ServerMethodDefinition.create(
                method,
                (call, headers) -> {
                    call.close(away.status(), away.trailers());
                    return new ServerCall.Listener<>() {};
                });
    }
}
