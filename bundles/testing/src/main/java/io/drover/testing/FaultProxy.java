package io.drover.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.net.SocketFactory;

/**
 * Stands between a client and an API server and does to it what networks, load balancers and
 * overloaded servers do. Speaks plain HTTP/1.1 to the client, whatever {@code upstream} makes to
 * the server. Safe for many threads.
 */
public final class FaultProxy implements AutoCloseable {

    /** What happens to requests. */
    public enum Mode {
        /** Nothing. */
        PASS,
        /** They wait until the mode is another one, then they go on: late, not lost. */
        HANG,
        /** Their connection is closed. */
        DROP,
        /** They are answered with the status that was set. */
        STATUS,
        /** They are done, but the answer breaks off in its middle. */
        HALF_BODY
    }

    private final ServerSocket listener;
    private final SocketFactory upstream;
    private final InetSocketAddress server;
    private final Set<FaultConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger watches = new AtomicInteger();
    private final Object changed = new Object();
    private volatile Predicate<String> concerned = request -> true;
    private volatile Mode mode = Mode.PASS;
    private volatile int status = 503;
    private volatile int retryAfter;
    private volatile long delayMillis;
    private volatile int closeWatchAfter;
    private volatile boolean staleEvents;
    private volatile boolean closed;

    /**
     * Begins to listen on a free port of 127.0.0.1.
     *
     * @param upstream makes connections to the server, with its TLS
     */
    public FaultProxy(SocketFactory upstream, InetSocketAddress server) throws IOException {
        this.upstream = upstream;
        this.server = server;
        this.listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        thread("accept", this::accept);
    }

    /** The client's side. */
    public int port() {
        return listener.getLocalPort();
    }

    /** What happens to the requests whose line {@link #concerning} admits, from now on. */
    public void mode(Mode now) {
        synchronized (changed) {
            mode = now;
            changed.notifyAll();
        }
    }

    /** Answers with a status, {@link Mode#STATUS}. */
    public void answer(int code, int retryAfterSeconds) {
        status = code;
        retryAfter = retryAfterSeconds;
        mode(Mode.STATUS);
    }

    /** Faults concern these requests alone, named by {@code GET /path?query}. */
    public void concerning(Predicate<String> requestLine) {
        concerned = requestLine;
    }

    /** Each request waits so long before it goes on. */
    public void delay(long millis) {
        delayMillis = millis;
    }

    /** Open watches bring nothing any more and do not end; new ones work. */
    public void deafenOpenWatches() {
        connections.forEach(FaultConnection::deafen);
    }

    /** A watch is closed after so many events; 0 for never. */
    public void closeWatchesAfter(int events) {
        closeWatchAfter = events;
    }

    /** Watches bring old events once more between the new ones. */
    public void repeatOldEvents(boolean on) {
        staleEvents = on;
    }

    /** Closes all connections. */
    public void cut() {
        connections.forEach(FaultConnection::close);
    }

    /** How many requests came. */
    public int requests() {
        return requests.get();
    }

    /** How many watches were begun. */
    public int watches() {
        return watches.get();
    }

    /** How many connections are open. */
    public int connections() {
        return connections.size();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        listener.close();
        cut();
        mode(Mode.PASS);
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listener.accept();
                FaultConnection made = new FaultConnection(this, client);
                connections.add(made);
                thread("connection", () -> serve(made));
            } catch (IOException e) {
                // closed, or a client that has gone already
            }
        }
    }

    private void serve(FaultConnection connection) {
        try {
            connection.serve();
        } catch (IOException e) {
            // one side has gone; so goes the other
        } finally {
            connection.close();
            connections.remove(connection);
        }
    }

    Socket connect() throws IOException {
        return upstream.createSocket(server.getAddress(), server.getPort());
    }

    /** Counts a request and says what happens to it; a hanging one waits here. */
    Mode arrives(String requestLine) throws IOException {
        requests.incrementAndGet();
        if (requestLine.contains("watch=true")) {
            watches.incrementAndGet();
        }
        try {
            Thread.sleep(delayMillis);
            synchronized (changed) {
                while (mode == Mode.HANG && concerned.test(requestLine) && !closed) {
                    changed.wait();
                }
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return concerned.test(requestLine) ? mode : Mode.PASS;
    }

    int status() {
        return status;
    }

    int retryAfter() {
        return retryAfter;
    }

    int closeWatchAfter() {
        return closeWatchAfter;
    }

    boolean staleEvents() {
        return staleEvents;
    }

    private static void thread(String what, Runnable work) {
        Thread thread = new Thread(work, "fault-proxy-" + what);
        thread.setDaemon(true);
        thread.start();
    }
}
