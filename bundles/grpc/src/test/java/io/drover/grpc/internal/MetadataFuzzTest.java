package io.drover.grpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.drover.proto.v1.AgentGrpc;
import io.drover.proto.v1.GetVersionRequest;
import io.drover.proto.v1.GetVersionResponse;
import io.drover.testing.FixedGuard;
import io.grpc.Attributes;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Whatever comes as headers: without the token nothing is let through, and nothing breaks. */
class MetadataFuzzTest {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    @FuzzTest(maxDuration = "10m")
    void onlyTheTokenOpens(byte[] bytes) {
        Metadata headers = headers(bytes);
        Authentication authentication = new Authentication(new Audiences());
        FixedGuard guard = new FixedGuard();
        authentication.useGuard(guard);
        AtomicBoolean reached = new AtomicBoolean();
        Closed call = new Closed();

        authentication.interceptCall(
                call,
                headers,
                (passed, same) -> {
                    reached.set(true);
                    return new ServerCall.Listener<GetVersionRequest>() {};
                });

        List<String> shown = new ArrayList<>();
        Iterable<String> values = headers.getAll(AUTHORIZATION);
        if (values != null) {
            values.forEach(shown::add);
        }
        boolean valid =
                shown.equals(List.of("Bearer " + FixedGuard.LOCAL))
                        || shown.equals(List.of("Bearer " + FixedGuard.ADMIN))
                        || shown.equals(List.of("Bearer " + FixedGuard.GRPC));
        assertThat(reached.get()).isEqualTo(valid);
        assertThat(call.status == null).isEqualTo(valid);
    }

    /** Names and values in turns, parted by line ends, as they come from the wire. */
    private static Metadata headers(byte[] bytes) {
        List<byte[]> parts = new ArrayList<>();
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining() && parts.size() < 64) {
            ByteBuffer part = ByteBuffer.allocate(rest.remaining());
            while (rest.hasRemaining()) {
                byte next = rest.get();
                if (next == '\n') {
                    break;
                }
                part.put(next);
            }
            byte[] taken = new byte[part.position()];
            part.flip().get(taken);
            parts.add(taken);
        }
        if (parts.size() % 2 == 1) {
            parts.add("".getBytes(StandardCharsets.US_ASCII));
        }
        return InternalMetadata.newMetadata(parts.toArray(byte[][]::new));
    }

    private static final class Closed extends ServerCall<GetVersionRequest, GetVersionResponse> {
        private Status status;

        @Override
        public void request(int count) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(GetVersionResponse message) {}

        @Override
        public void close(Status how, Metadata trailers) {
            status = how;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public Attributes getAttributes() {
            return Attributes.EMPTY;
        }

        @Override
        public MethodDescriptor<GetVersionRequest, GetVersionResponse> getMethodDescriptor() {
            return AgentGrpc.getGetVersionMethod();
        }
    }
}
