package io.drover.grpc.internal;

import com.google.protobuf.ByteString;
import io.drover.api.flare.Flares;
import io.drover.proto.v1.FlareChunk;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a support bundle while it is made, no faster than the client takes it. Runs on a thread
 * that may block.
 */
final class FlareCall extends OutputStream implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(FlareCall.class);
    private static final int CHUNK_BYTES = 64 << 10;
    private static final Duration STALL_MAX = Duration.ofSeconds(30);

    private final Flares flares;
    private final ServerCallStreamObserver<FlareChunk> client;
    private final Reader<FlareChunk> reader;
    private final MessageDigest digest;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private int filled;
    private boolean named;

    FlareCall(Flares flares, ServerCallStreamObserver<FlareChunk> client) {
        this.flares = flares;
        this.client = client;
        this.reader = new Reader<>(client, STALL_MAX);
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        client.setOnReadyHandler(reader::wake);
        client.setOnCancelHandler(reader::wake);
    }

    @Override
    public void run() {
        try {
            flares.write(this);
            send(HexFormat.of().formatHex(digest.digest()));
            client.onCompleted();
        } catch (RefusedException e) {
            client.onError(e.verdict.exception());
        } catch (IllegalStateException e) {
            client.onError(
                    Verdict.exhausted(Verdict.Reason.TOO_MANY_CALLS, e.getMessage()).exception());
        } catch (IOException | RuntimeException e) {
            log.warn("a support bundle could not be made for a client", e);
            client.onError(
                    Verdict.of(
                                    Status.Code.INTERNAL,
                                    Verdict.Reason.INTERNAL,
                                    "the support bundle cannot be made")
                            .exception());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            client.onError(
                    Verdict.away(Verdict.Reason.SERVER_STOPPING, "the server is being stopped")
                            .exception());
        }
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        digest.update(bytes, offset, length);
        for (int done = 0; done < length; ) {
            int some = Math.min(length - done, CHUNK_BYTES - filled);
            System.arraycopy(bytes, offset + done, chunk, filled, some);
            filled += some;
            done += some;
            if (filled == CHUNK_BYTES) {
                send("");
            }
        }
    }

    private void send(String sha256) throws RefusedException {
        FlareChunk.Builder message =
                FlareChunk.newBuilder()
                        .setData(ByteString.copyFrom(chunk, 0, filled))
                        .setSha256(sha256);
        if (!named) {
            message.setName(flares.fileName());
            named = true;
        }
        filled = 0;
        Verdict verdict = reader.send(message.build());
        if (!verdict.isOk()) {
            throw new RefusedException(verdict);
        }
    }

    /** The client takes no more. */
    private static final class RefusedException extends IOException {
        private final transient Verdict verdict;

        RefusedException(Verdict verdict) {
            super(verdict.status().getDescription());
            this.verdict = verdict;
        }
    }
}
