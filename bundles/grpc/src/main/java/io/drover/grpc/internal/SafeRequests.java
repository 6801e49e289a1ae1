package io.drover.grpc.internal;

import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Answers a request that cannot be read with INVALID_ARGUMENT. By itself grpc-java answers UNKNOWN
 * and logs a stack trace for each, by which any client could fill the log. {@link OpenCalls} sees
 * the mark in place of the message.
 */
final class SafeRequests {

    /** Stands for a request that cannot be read. */
    private static final Object UNREADABLE = new Object();

    static final Verdict REFUSAL =
            Verdict.of(
                    Status.Code.INVALID_ARGUMENT,
                    Verdict.Reason.REQUEST_UNREADABLE,
                    "the request is not a message of the type that this method takes");

    private SafeRequests() {}

    /** Whether {@code message} came in place of one that cannot be read. */
    static boolean unreadable(Object message) {
        return message == UNREADABLE;
    }

    /**
     * The same service, whose requests are read so.
     *
     * @param around changes each method's handler; the identity where nothing is to be changed
     */
    static ServerServiceDefinition of(
            ServerServiceDefinition service, UnaryOperator<ServerCallHandler<?, ?>> around) {
        ServiceDescriptor.Builder descriptor =
                ServiceDescriptor.newBuilder(service.getServiceDescriptor().getName())
                        .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
        List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
        for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
            methods.add(safe(method, around));
            descriptor.addMethod(methods.get(methods.size() - 1).getMethodDescriptor());
        }
        ServerServiceDefinition.Builder safe = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(safe::addMethod);
        return safe.build();
    }

    @SuppressWarnings("unchecked") // what goes in comes out; its type is that of the method
    private static <Q, A> ServerMethodDefinition<Q, A> safe(
            ServerMethodDefinition<Q, A> method, UnaryOperator<ServerCallHandler<?, ?>> around) {
        MethodDescriptor<Q, A> descriptor = method.getMethodDescriptor();
        return ServerMethodDefinition.create(
                descriptor.toBuilder(
                                new Reader<>(descriptor.getRequestMarshaller()),
                                descriptor.getResponseMarshaller())
                        .build(),
                (ServerCallHandler<Q, A>) around.apply(method.getServerCallHandler()));
    }

    private record Reader<Q>(MethodDescriptor.Marshaller<Q> marshaller)
            implements MethodDescriptor.Marshaller<Q> {

        @Override
        public InputStream stream(Q message) {
            return marshaller.stream(message);
        }

        @Override
        @SuppressWarnings("unchecked") // the mark goes no further than to OpenCalls
        public Q parse(InputStream bytes) {
            try {
                return marshaller.parse(bytes);
            } catch (StatusRuntimeException e) {
                return (Q) UNREADABLE;
            }
        }
    }
}
