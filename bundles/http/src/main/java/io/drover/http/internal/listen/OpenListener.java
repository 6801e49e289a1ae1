package io.drover.http.internal.listen;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.component.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener that is open: a connector of Jetty for each address. Holds no class of this bundle
 * inside the server, which outlives it. Opened and closed by one thread; the figures by any.
 */
final class OpenListener {

    private static final Logger log = LoggerFactory.getLogger(OpenListener.class);

    private static final int SELECTORS = 1;

    private static final Duration PASS_MAX = Duration.ofMillis(50);

    private final Server server;
    private final Sockets sockets;
    private final Tls tls;
    private final NetworkConnectionLimit limit;
    private final List<ServerConnector> connectors = new ArrayList<>();
    private final List<InetSocketAddress> addresses;

    /**
     * Opens {@code sockets} for requests; closes them when that fails.
     *
     * @param name by which contexts are bound to it
     * @param tls null for plain HTTP
     */
    OpenListener(Server server, String name, Sockets sockets, Tls tls, Limits limits)
            throws Exception {
        this.server = server;
        this.sockets = sockets;
        this.tls = tls;
        this.addresses = sockets.addresses();
        try {
            if (tls != null) {
                tls.start();
            }
            for (ServerSocketChannel channel : sockets.channels()) {
                connectors.add(connector(name, channel, limits));
            }
            limit =
                    new NetworkConnectionLimit(
                            limits.maxConnections(), connectors.toArray(ServerConnector[]::new));
            limit.start();
            for (ServerConnector connector : connectors) {
                server.addConnector(connector);
                connector.start();
            }
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private ServerConnector connector(String name, ServerSocketChannel channel, Limits limits)
            throws IOException {
        // No acceptor threads: the selector's own thread accepts.
        ServerConnector connector =
                new ServerConnector(server, null, null, null, 0, SELECTORS, factories(limits));
        connector.setName(name);
        InetSocketAddress address = (InetSocketAddress) channel.getLocalAddress();
        connector.setHost(address.getAddress().getHostAddress());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(limits.idleTimeout().toMillis());
        connector.open(channel);
        return connector;
    }

    private ConnectionFactory[] factories(Limits limits) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(limits.maxHeaderBytes());
        if (tls == null) {
            return new ConnectionFactory[] {new HttpConnectionFactory(http)};
        }
        // The certificate names addresses, for which a client sends no SNI.
        http.addCustomizer(new SecureRequestCustomizer(false));
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory("h2", "http/1.1");
        alpn.setDefaultProtocol("http/1.1");
        return new ConnectionFactory[] {
            new SslConnectionFactory(tls.factory(), alpn.getProtocol()),
            alpn,
            new HTTP2ServerConnectionFactory(http),
            new HttpConnectionFactory(http)
        };
    }

    /** Stops to accept and ends every connection. May be called twice. */
    void close() {
        for (ServerConnector connector : connectors) {
            stop(connector);
            server.removeConnector(connector);
        }
        connectors.clear();
        stop(limit);
        sockets.close();
        if (tls != null) {
            try {
                tls.stop();
            } catch (Exception e) {
                log.warn("TLS not stopped", e);
            }
        }
    }

    private static void stop(LifeCycle part) {
        if (part == null) {
            return;
        }
        try {
            part.stop();
        } catch (Exception e) {
            log.warn("not stopped: part={}", part, e);
        }
    }

    /**
     * Gives the ports back and makes every answer from now on the last of its connection. What a
     * selector has accepted becomes a connection first: Jetty forgets to close it when it is
     * stopped in between.
     */
    void refuseFurther() {
        connectors.forEach(c -> c.setAccepting(false));
        // The first lets all be accepted that will be, the second lets it be registered.
        passSelectors();
        passSelectors();
        sockets.close();
        long end = System.nanoTime() + PASS_MAX.toNanos();
        while (limit.getPendingNetworkConnectionCount() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        connectors.forEach(ServerConnector::shutdown);
    }

    /** Returns when each selector has come round once. */
    private void passSelectors() {
        List<ManagedSelector> selectors =
                connectors.stream()
                        .flatMap(
                                c ->
                                        c
                                                .getSelectorManager()
                                                .getBeans(ManagedSelector.class)
                                                .stream())
                        .toList();
        CountDownLatch passed = new CountDownLatch(selectors.size());
        selectors.forEach(selector -> selector.submit(update -> passed.countDown()));
        try {
            if (!passed.await(PASS_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("a selector does not come round: addresses={}", addresses);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Server server() {
        return server;
    }

    Tls tls() {
        return tls;
    }

    List<InetSocketAddress> addresses() {
        return addresses;
    }

    int connections() {
        return limit.getNetworkConnectionCount();
    }
}
