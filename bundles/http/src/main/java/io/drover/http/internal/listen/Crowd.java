package io.drover.http.internal.listen;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.AbstractConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the connections of one listener. When the house is full a newcomer is let in, and one goes
 * of which nothing came: of those without a request under way the oldest of the source that has the
 * most. Whoever only opens connections drives out its own. Any thread; the counts are exact.
 */
final class Crowd implements SelectorManager.AcceptListener {

    private static final Logger log = LoggerFactory.getLogger(Crowd.class);

    /** From here on a connection that has brought nothing yet gets little time. */
    private static final double PRESSURE = 0.75;

    private static final long PRESSED_HEADER_MILLIS = 1_000;

    private final String listener;
    private final Limits limits;
    private final Clients clients;
    private final List<AbstractConnector> connectors = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger pending = new AtomicInteger();
    private volatile boolean told;

    Crowd(String listener, Limits limits, Clients clients) {
        this.listener = listener;
        this.limits = limits;
        this.clients = clients;
    }

    /** Before the connector is started. */
    void watch(AbstractConnector connector) {
        connectors.add(connector);
        connector.addBean(this);
    }

    int connections() {
        return open.get();
    }

    /** Those that were accepted and are no connection yet. */
    int pending() {
        return pending.get();
    }

    @Override
    public void onAccepting(SelectableChannel channel) {
        pending.incrementAndGet();
        if (open.incrementAndGet() > limits.maxConnections() && !driveOneOut()) {
            clients.closed(listener, "full");
            close(channel);
        }
    }

    @Override
    public void onAccepted(SelectableChannel channel) {
        pending.decrementAndGet();
    }

    @Override
    public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
        pending.decrementAndGet();
        open.decrementAndGet();
    }

    @Override
    public void onClosed(SelectableChannel channel) {
        open.decrementAndGet();
    }

    /** False when a request is under way on every connection. */
    private boolean driveOneOut() {
        if (!told) {
            told = true;
            log.warn(
                    "full, connections without a request are driven out: listener={} max={}",
                    listener,
                    limits.maxConnections());
        }
        Map<Object, EndPoint> oldest = new HashMap<>();
        Map<Object, Integer> counts = new HashMap<>();
        for (AbstractConnector connector : connectors) {
            for (EndPoint socket : connector.getConnectedEndPoints()) {
                if (socket.isOpen() && !clients.busy(socket)) {
                    Object source = source(socket);
                    counts.merge(source, 1, Integer::sum);
                    oldest.merge(source, socket, this::goesFirst);
                }
            }
        }
        Object most = null;
        for (Object source : counts.keySet()) {
            if (most == null || counts.get(source) > counts.get(most)) {
                most = source;
            }
        }
        if (most == null) {
            return false;
        }
        clients.closed(listener, "crowded");
        oldest.get(most).close(new TimeoutException("crowded"));
        return true;
    }

    /** One that never brought a request before one that did, then by age. */
    private EndPoint goesFirst(EndPoint one, EndPoint two) {
        boolean knownOne = clients.known(one);
        boolean knownTwo = clients.known(two);
        if (knownOne != knownTwo) {
            return knownOne ? two : one;
        }
        return one.getCreatedTimeStamp() <= two.getCreatedTimeStamp() ? one : two;
    }

    private static Object source(EndPoint socket) {
        SocketAddress remote = socket.getRemoteSocketAddress();
        return remote instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress()
                : "unix";
    }

    /** Closes those whose request takes too long to come. One thread, twice a second or so. */
    void sweep(long nanoTime) {
        boolean pressed = open.get() > limits.maxConnections() * PRESSURE;
        told = told && pressed;
        long normal = limits.headerTimeout().toMillis();
        for (AbstractConnector connector : connectors) {
            for (EndPoint socket : connector.getConnectedEndPoints()) {
                long allowed =
                        pressed && !clients.known(socket)
                                ? Math.min(normal, PRESSED_HEADER_MILLIS)
                                : normal;
                if (clients.headerMillis(socket, nanoTime) > allowed) {
                    clients.close(listener, socket, "header-late");
                }
            }
        }
    }

    private static void close(SelectableChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("not closed", e);
        }
    }
}
