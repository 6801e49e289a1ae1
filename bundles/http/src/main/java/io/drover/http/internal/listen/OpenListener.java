package io.drover.http.internal.listen;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener that is open: a connector of Jetty for each address, or one for its Unix socket.
 * Opened, swept and closed by one thread; the figures by any.
 */
final class OpenListener {

    private static final Logger log = LoggerFactory.getLogger(OpenListener.class);

    private static final int SELECTORS = 1;
    private static final int BACKLOG = 128;

    private static final Duration PASS_MAX = Duration.ofMillis(50);

    private final Server server;
    private final Limits limits;
    private final Tls tls;
    private final Crowd crowd;
    private final List<AbstractConnector> connectors = new ArrayList<>();
    private final Optional<Sockets> sockets;
    private final Optional<UnixSocket> file;
    private final List<InetSocketAddress> addresses;

    private OpenListener(
            Server server,
            String listener,
            Optional<Sockets> sockets,
            Optional<UnixSocket> file,
            Tls tls,
            Limits limits,
            Clients clients) {
        this.server = server;
        this.limits = limits;
        this.tls = tls;
        this.sockets = sockets;
        this.file = file;
        this.addresses = sockets.map(Sockets::addresses).orElse(List.of());
        this.crowd = new Crowd(listener, limits, clients);
    }

    /**
     * Opens {@code sockets} for requests; closes them when that fails.
     *
     * @param listener its name, which its connectors have
     * @param tls null for plain HTTP
     */
    static OpenListener tcp(
            Server server,
            String listener,
            Sockets sockets,
            Tls tls,
            Limits limits,
            Clients clients)
            throws Exception {
        OpenListener open =
                new OpenListener(
                        server,
                        listener,
                        Optional.of(sockets),
                        Optional.empty(),
                        tls,
                        limits,
                        clients);
        return open.start(
                () -> {
                    for (ServerSocketChannel channel : sockets.channels()) {
                        open.add(listener, open.tcp(channel));
                    }
                });
    }

    /** Binds a Unix socket and opens it for requests. */
    static OpenListener unix(
            Server server, String listener, UnixSocket file, Limits limits, Clients clients)
            throws Exception {
        Path place = file.prepare();
        OpenListener open =
                new OpenListener(
                        server,
                        listener,
                        Optional.empty(),
                        Optional.of(file),
                        null,
                        limits,
                        clients);
        return open.start(
                () -> {
                    open.add(listener, open.unix(place));
                    file.show();
                });
    }

    private interface Opening {
        void run() throws Exception;
    }

    private OpenListener start(Opening opening) throws Exception {
        try {
            if (tls != null) {
                tls.start();
            }
            opening.run();
            return this;
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private void add(String listener, AbstractConnector connector) throws Exception {
        connector.setName(listener);
        connector.setIdleTimeout(limits.idleTimeout().toMillis());
        crowd.watch(connector);
        connectors.add(connector);
        server.addConnector(connector);
        connector.start();
    }

    private ServerConnector tcp(ServerSocketChannel channel) throws IOException {
        // No acceptor threads: the selector's own thread accepts.
        ServerConnector connector =
                new ServerConnector(server, null, null, null, 0, SELECTORS, factories());
        InetSocketAddress address = (InetSocketAddress) channel.getLocalAddress();
        connector.setHost(address.getAddress().getHostAddress());
        connector.setPort(address.getPort());
        connector.open(channel);
        if (tls instanceof NativeTls) {
            connector.addBean(new NativeTls.Release());
        }
        return connector;
    }

    private UnixDomainServerConnector unix(Path place) {
        UnixDomainServerConnector connector =
                new UnixDomainServerConnector(server, null, null, null, 0, SELECTORS, factories());
        connector.setUnixDomainPath(place);
        connector.setAcceptQueueSize(BACKLOG);
        return connector;
    }

    private ConnectionFactory[] factories() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(limits.maxHeaderBytes());
        http.setHttpCompliance(HttpCompliance.STRICT);
        // Ours is the stricter reading of paths, and the one place where they are read.
        http.setUriCompliance(UriCompliance.UNSAFE);
        if (tls == null) {
            return new ConnectionFactory[] {new HttpConnectionFactory(http)};
        }
        Alpn alpn = new Alpn();
        SslConnectionFactory ssl =
                tls instanceof NativeTls
                        ? new NativeTls.Connections(tls, alpn.getProtocol())
                        : new SslConnectionFactory(tls.factory(), alpn.getProtocol());
        // It compares Host with SNI; the certificate names addresses, for which there is no SNI.
        ssl.setEnsureSecureRequestCustomizer(false);
        return new ConnectionFactory[] {ssl, alpn, http2(http), new HttpConnectionFactory(http)};
    }

    private HTTP2ServerConnectionFactory http2(HttpConfiguration http) {
        HTTP2ServerConnectionFactory http2 = new HTTP2ServerConnectionFactory(http);
        http2.setMaxConcurrentStreams(limits.maxStreams());
        http2.setRateControlFactory(new FrameRate.Factory(limits.maxFramesPerSecond()));
        http2.setConnectProtocolEnabled(false);
        return http2;
    }

    /** Stops to accept and ends every connection. May be called twice. */
    void close() {
        for (AbstractConnector connector : connectors) {
            stop(connector);
            server.removeConnector(connector);
        }
        connectors.clear();
        sockets.ifPresent(Sockets::close);
        removeFile();
        if (tls != null) {
            try {
                tls.stop();
            } catch (Exception e) {
                log.warn("TLS not stopped", e);
            }
        }
    }

    private void removeFile() {
        try {
            if (file.isPresent()) {
                file.get().remove();
            }
        } catch (IOException e) {
            log.warn("socket file not removed: path={}", file.get().path(), e);
        }
    }

    private static void stop(LifeCycle part) {
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
        sockets.ifPresent(Sockets::close);
        removeFile();
        long end = System.nanoTime() + PASS_MAX.toNanos();
        while (crowd.pending() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        connectors.forEach(AbstractConnector::shutdown);
    }

    /** Returns when each selector has come round once. */
    private void passSelectors() {
        List<ManagedSelector> selectors =
                connectors.stream()
                        .flatMap(c -> c.getBeans(SelectorManager.class).stream())
                        .flatMap(m -> m.getBeans(ManagedSelector.class).stream())
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

    List<Path> files() {
        return file.map(UnixSocket::path).map(List::of).orElse(List.of());
    }

    int connections() {
        return crowd.connections();
    }

    /** Closes connections whose request takes too long to come. */
    void sweep() {
        crowd.sweep(System.nanoTime());
    }
}
