import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;

/** The service that is measured: an echo, and a stream as fast as it is read. The same class inside Karaf and outside. */
public final class BenchService implements BindableService {

    static final MethodDescriptor<BytesValue, BytesValue> ECHO = method("Echo", MethodDescriptor.MethodType.UNARY);
    static final MethodDescriptor<BytesValue, BytesValue> STREAM = method("Stream", MethodDescriptor.MethodType.SERVER_STREAMING);

    private static final BytesValue MESSAGE = BytesValue.of(ByteString.copyFrom(new byte[100]));

    private static MethodDescriptor<BytesValue, BytesValue> method(String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.<BytesValue, BytesValue>newBuilder(
                        ProtoUtils.marshaller(BytesValue.getDefaultInstance()), ProtoUtils.marshaller(BytesValue.getDefaultInstance()))
                .setFullMethodName("drover.bench.Bench/" + name)
                .setType(type)
                .build();
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder("drover.bench.Bench")
                .addMethod(ECHO, ServerCalls.asyncUnaryCall(BenchService::echo))
                .addMethod(STREAM, ServerCalls.asyncServerStreamingCall(BenchService::stream))
                .build();
    }

    private static void echo(BytesValue request, StreamObserver<BytesValue> client) {
        client.onNext(request);
        client.onCompleted();
    }

    private static void stream(BytesValue request, StreamObserver<BytesValue> observer) {
        ServerCallStreamObserver<BytesValue> client = (ServerCallStreamObserver<BytesValue>) observer;
        client.setOnCancelHandler(() -> {});
        client.setOnReadyHandler(() -> {
            while (client.isReady() && !client.isCancelled()) {
                client.onNext(MESSAGE);
            }
        });
    }
}
