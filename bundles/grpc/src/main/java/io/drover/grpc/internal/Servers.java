package io.drover.grpc.internal;

import io.grpc.Server;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Servers that serve the same calls. */
record Servers(List<Server> servers, OpenCalls open) {

    private static final Duration END_OF_CALLS = Duration.ofMillis(50);

    /** Ends streams at once, other calls after {@code grace}, and what is left by force. */
    void end(Duration grace) throws InterruptedException {
        servers.forEach(Server::shutdown);
        open.endStreams();
        await(grace);
        open.endAll();
        await(END_OF_CALLS);
        servers.forEach(Server::shutdownNow);
        await(END_OF_CALLS);
    }

    private void await(Duration bound) throws InterruptedException {
        long end = System.nanoTime() + bound.toNanos();
        for (Server server : servers) {
            server.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }
}
