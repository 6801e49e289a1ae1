package io.drover.http.internal.listen;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.io.EndPoint;

/**
 * What is known of the clients behind open connections: whether a request of theirs is being
 * answered, and else since when nothing came of it. A connection that has brought no request yet is
 * not known. Any thread.
 */
public final class Clients {

    /** One connection that has brought a request. */
    private static final class Client {

        private final AtomicInteger requests = new AtomicInteger();
        private final boolean multiplexed;
        private volatile long bytesAtRest;
        private long headerBegun;

        Client(boolean multiplexed) {
            this.multiplexed = multiplexed;
        }
    }

    /** Takes the connections that were closed before their client did. */
    public interface Closings {
        void of(String listener, String reason, long count);
    }

    private record Closing(String listener, String reason) {}

    private final Map<EndPoint, Client> known = new ConcurrentHashMap<>();
    private final Map<Closing, LongAdder> closings = new ConcurrentHashMap<>();

    /**
     * A request has come, header and all.
     *
     * @param multiplexed whether more than one may be under way on this connection
     */
    public void begun(EndPoint endPoint, boolean multiplexed) {
        known.computeIfAbsent(socket(endPoint), e -> new Client(multiplexed))
                .requests
                .incrementAndGet();
    }

    /** It has been answered, or not; nothing is being done for it any more. */
    public void ended(EndPoint endPoint) {
        EndPoint socket = socket(endPoint);
        Client client = known.get(socket);
        if (client != null && client.requests.decrementAndGet() == 0) {
            client.bytesAtRest = bytesIn(socket);
        }
    }

    /** Closes the connection of a request that is at fault. */
    public void close(String listener, EndPoint endPoint, String reason) {
        closed(listener, reason);
        socket(endPoint).close(new TimeoutException(reason));
    }

    void closed(String listener, String reason) {
        closings.computeIfAbsent(new Closing(listener, reason), c -> new LongAdder()).increment();
    }

    /** Whether a request of this connection is being answered. */
    boolean busy(EndPoint socket) {
        Client client = known.get(socket);
        return client != null && client.requests.get() > 0;
    }

    /** Whether it has brought a request ever. */
    boolean known(EndPoint socket) {
        return known.containsKey(socket);
    }

    /**
     * How long the header of the next request has been coming in, in milliseconds; 0 when none is.
     * Called by one thread, again and again.
     */
    long headerMillis(EndPoint socket, long nanoTime) {
        Client client = known.get(socket);
        if (client == null) {
            return System.currentTimeMillis() - socket.getCreatedTimeStamp();
        }
        boolean coming =
                !client.multiplexed
                        && client.requests.get() == 0
                        && bytesIn(socket) > client.bytesAtRest;
        if (!coming) {
            client.headerBegun = 0;
            return 0;
        }
        if (client.headerBegun == 0) {
            client.headerBegun = nanoTime;
        }
        return (nanoTime - client.headerBegun) / 1_000_000;
    }

    /** Forgets connections that are closed. */
    void tidy() {
        known.keySet().removeIf(socket -> !socket.isOpen());
    }

    public void closings(Closings out) {
        closings.forEach((c, n) -> out.of(c.listener, c.reason, n.sum()));
    }

    private static long bytesIn(EndPoint socket) {
        return socket.getConnection() == null ? 0 : socket.getConnection().getBytesIn();
    }

    private static EndPoint socket(EndPoint endPoint) {
        EndPoint socket = endPoint;
        while (socket instanceof EndPoint.Wrapper wrapper) {
            socket = wrapper.unwrap();
        }
        return socket;
    }
}
