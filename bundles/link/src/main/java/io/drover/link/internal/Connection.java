package io.drover.link.internal;

import io.drover.api.security.ClusterCredentials;
import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.grpc.netty.shaded.io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The connection to one replica of the cluster agent, made anew to another one when it breaks. It
 * shows the newest token with each call and trusts the newest authorities with each handshake. One
 * thread.
 */
final class Connection implements Following.Connector, AutoCloseable {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final long END_MILLIS = 100;

    private final Settings settings;
    private final Replicas replicas;
    private final Supplier<Optional<ClusterCredentials>> credentials;
    private final Executor thread;
    private final EventLoopGroup loop;

    private ManagedChannel channel;
    private volatile String peer = "";

    /**
     * @param io name of the thread of its sockets
     * @param thread runs what comes back
     */
    Connection(
            String io,
            Settings settings,
            Replicas replicas,
            Supplier<Optional<ClusterCredentials>> credentials,
            Executor thread) {
        this.settings = settings;
        this.replicas = replicas;
        this.credentials = credentials;
        this.thread = thread;
        this.loop =
                new MultiThreadIoEventLoopGroup(
                        1,
                        Threads.named(io, FastThreadLocalThread::new),
                        NioIoHandler.newFactory());
    }

    @Override
    public Channel channel() throws UnreachableException {
        if (channel == null) {
            channel = open();
        }
        return channel;
    }

    private ManagedChannel open() throws UnreachableException {
        ClusterCredentials now =
                credentials
                        .get()
                        .orElseThrow(
                                () ->
                                        new UnreachableException(
                                                "the credentials of the bundle security are not"
                                                        + " there"));
        Replicas.Replica replica =
                replicas.next().orElseThrow(() -> new UnreachableException(replicas.problem()));
        peer = replica.address().toString();
        int port = replica.address().getPort();
        return NettyChannelBuilder.forAddress(replica.address())
                .overrideAuthority(settings.serverName().orElse(replica.host()) + ":" + port)
                .sslContext(tls(now))
                .eventLoopGroup(loop)
                .channelType(NioSocketChannel.class)
                .withOption(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        (int) settings.connectTimeout().toMillis())
                .executor(thread)
                .offloadExecutor(thread)
                .maxInboundMessageSize(settings.messageMaxBytes())
                .keepAliveTime(settings.keepaliveTime().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(settings.keepaliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .disableRetry()
                .build();
    }

    private SslContext tls(ClusterCredentials now) throws UnreachableException {
        try {
            List<X509Certificate> authorities =
                    settings.caFile().isPresent()
                            ? read(settings.caFile().get())
                            : now.authorities();
            return GrpcSslContexts.configure(
                            SslContextBuilder.forClient()
                                    .trustManager(PinnedTrust.of(authorities, settings.pins())),
                            SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw new UnreachableException(
                    (settings.caFile().isPresent() ? "link.ca_file: " : "")
                            + "the authorities cannot be used: "
                            + e.getMessage());
        }
    }

    private static List<X509Certificate> read(Path file)
            throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> all = new ArrayList<>();
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .forEach(each -> all.add((X509Certificate) each));
            if (all.isEmpty()) {
                throw new GeneralSecurityException(file + " holds no certificate");
            }
            return all;
        }
    }

    /** Shows the newest token with each call. */
    CallCredentials token() {
        return new CallCredentials() {
            @Override
            public void applyRequestMetadata(
                    RequestInfo request, Executor executor, MetadataApplier applier) {
                Optional<String> token = credentials.get().flatMap(ClusterCredentials::token);
                if (token.isEmpty()) {
                    applier.fail(
                            Status.UNAUTHENTICATED.withDescription(
                                    "this agent has no token of the cluster"));
                    return;
                }
                Metadata headers = new Metadata();
                headers.put(AUTHORIZATION, "Bearer " + token.get());
                applier.apply(headers);
            }
        };
    }

    @Override
    public void broken(Status why) {
        if (channel != null) {
            channel.shutdownNow();
            channel = null;
        }
    }

    /** Whether {@code used} is what {@link #channel} would give now. */
    boolean uses(Channel used) {
        return channel != null && channel == used;
    }

    /** The replica that it leads to, or led to last; empty before the first. */
    String peer() {
        return peer;
    }

    /** Closes it and ends its threads; waits no longer than 200 ms. */
    @Override
    public void close() {
        broken(Status.CANCELLED);
        try {
            loop.shutdownGracefully(0, END_MILLIS, TimeUnit.MILLISECONDS)
                    .await(2 * END_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
