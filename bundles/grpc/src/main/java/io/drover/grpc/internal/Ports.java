package io.drover.grpc.internal;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** Where calls come in, and the threads behind. */
interface Ports {

    /** Where clients can connect now. */
    List<InetSocketAddress> addresses();

    /** How the sockets are served, in a word. */
    String transport();

    /**
     * Takes no more calls and ends streams at once, other calls after {@code grace}; each client is
     * told to try again.
     */
    void close(Duration grace) throws InterruptedException;
}
