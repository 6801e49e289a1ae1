package io.drover.grpc.internal;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;

/**
 * One client that reads a stream, seen from the thread that writes to it: lets that thread wait
 * until the client has taken what was sent. Only the waiting thread may send.
 *
 * @param <A> type of the messages
 */
final class Reader<A> {

    private static final Verdict CANCELLED =
            Verdict.of(Status.Code.CANCELLED, Verdict.Reason.CANCELLED, "the client has gone");

    private final ServerCallStreamObserver<A> client;
    private final Duration stallMax;

    /** Guarded by this. */
    private Verdict verdict = Verdict.OK;

    /**
     * @param stallMax how long the client may take nothing
     */
    Reader(ServerCallStreamObserver<A> client, Duration stallMax) {
        this.client = client;
        this.stallMax = stallMax;
    }

    /** The client may be able to take more, or is gone. Never blocks. */
    synchronized void wake() {
        notifyAll();
    }

    /** Makes the writing thread stop with {@code why}. Never blocks. */
    synchronized void end(Verdict why) {
        if (verdict.isOk()) {
            verdict = why;
        }
        notifyAll();
    }

    /**
     * Sends as soon as the client has room.
     *
     * @return OK, or why nothing more is to be sent
     */
    Verdict send(A message) {
        Verdict ready = awaitRoom();
        if (ready.isOk()) {
            client.onNext(message);
        }
        return ready;
    }

    private synchronized Verdict awaitRoom() {
        long deadline = System.nanoTime() + stallMax.toNanos();
        while (verdict.isOk() && !client.isCancelled() && !client.isReady()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                end(
                        Verdict.exhausted(
                                Verdict.Reason.READER_STALLED,
                                "the client took nothing for " + stallMax.toMillis() + " ms"));
                break;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                end(Verdict.away(Verdict.Reason.SERVER_STOPPING, "the server is being stopped"));
            }
        }
        return client.isCancelled() ? CANCELLED : verdict;
    }
}
