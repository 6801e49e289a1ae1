package io.drover.grpc.internal;

import io.drover.api.http.Guest;
import io.drover.api.http.Guest.Field;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerServiceDefinition;
import io.grpc.internal.GrpcUtil;
import io.grpc.internal.ServerImplBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * How every server is put together.
 *
 * @param settings the limits
 * @param door lets connections in
 * @param authentication asked before each call
 * @param calls knows which calls are open
 * @param figures counts
 * @param health the standard health service
 * @param registry the services that come and go
 */
record ServerRecipe(
        Settings settings,
        Door door,
        Authentication authentication,
        OpenCalls calls,
        CallFigures figures,
        BindableService health,
        ServiceRegistry registry) {

    private static final int SECOND = 1;

    /** Entries of one answer of channelz; clients ask for the next page. */
    private static final int CHANNELZ_PAGE = 100;

    /** A server for one address, not started. */
    Server server(
            InetSocketAddress address, SslContext tls, Transport transport, Executor executor) {
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(address)
                        .channelFactory(door.channels(transport))
                        .bossEventLoopGroup(transport.loops())
                        .workerEventLoopGroup(transport.loops())
                        .sslContext(tls)
                        .addTransportFilter(figures.connectionCounter());
        limit(builder);
        return withCalls(builder, executor).build();
    }

    /** A server without a port, with what hands calls to it. */
    record Shared(Server server, SharedTransport transport) {}

    /**
     * A server for calls that come by the listener of another bundle, not started.
     *
     * @param away what clients are told after it has gone
     */
    Shared shared(Executor executor, List<Field> away) {
        Guest.Manners manners =
                new Guest.Manners(
                        GrpcUtil.CONTENT_TYPE_GRPC,
                        away,
                        settings.keepaliveTime(),
                        settings.keepaliveTimeout());
        AtomicReference<SharedTransport> transport = new AtomicReference<>();
        ServerImplBuilder builder =
                new ServerImplBuilder(
                        (tracers, recorder) -> {
                            transport.set(
                                    new SharedTransport(
                                            manners,
                                            settings.messageMaxBytes(),
                                            tracers,
                                            calls.scheduler()));
                            return transport.get();
                        });
        Server server = withCalls(builder, executor).build();
        return new Shared(server, transport.get());
    }

    private <B extends ServerBuilder<B>> B withCalls(B builder, Executor executor) {
        builder.executor(executor)
                .addStreamTracerFactory(figures)
                .intercept(new Forwarded())
                .intercept(authentication)
                // The last one is asked first.
                .intercept(calls)
                .addService(safe(health))
                .fallbackHandlerRegistry(registry);
        if (settings.reflection()) {
            builder.addService(safe(ProtoReflectionServiceV1.newInstance()));
            builder.addService(safe(olderReflection()));
        }
        if (settings.channelz()) {
            builder.addService(safe(ChannelzService.newInstance(CHANNELZ_PAGE)));
        }
        return builder;
    }

    private static ServerServiceDefinition safe(BindableService service) {
        return SafeRequests.of(service.bindService(), UnaryOperator.identity());
    }

    private void limit(NettyServerBuilder builder) {
        builder.maxInboundMessageSize(settings.messageMaxBytes())
                .maxInboundMetadataSize(settings.headerMaxBytes())
                .flowControlWindow(settings.connectionWindowBytes())
                .maxConcurrentCallsPerConnection(settings.connectionStreamsMax())
                .maxRstFramesPerWindow(settings.connectionResetsMaxPerSecond(), SECOND)
                .permitKeepAliveWithoutCalls(true);
        builder.handshakeTimeout(millis(settings.handshakeTimeout()), TimeUnit.MILLISECONDS);
        builder.keepAliveTime(millis(settings.keepaliveTime()), TimeUnit.MILLISECONDS);
        builder.keepAliveTimeout(millis(settings.keepaliveTimeout()), TimeUnit.MILLISECONDS);
        builder.permitKeepAliveTime(
                millis(settings.keepaliveClientIntervalMin()), TimeUnit.MILLISECONDS);
        settings.connectionIdleMax()
                .ifPresent(idle -> builder.maxConnectionIdle(millis(idle), TimeUnit.MILLISECONDS));
        settings.connectionAgeMax()
                .ifPresent(age -> builder.maxConnectionAge(millis(age), TimeUnit.MILLISECONDS));
        builder.maxConnectionAgeGrace(millis(settings.connectionAgeGrace()), TimeUnit.MILLISECONDS);
    }

    /** The version that clients older than 2023 know, grpcurl among them. */
    @SuppressWarnings("deprecation")
    private static BindableService olderReflection() {
        return io.grpc.protobuf.services.ProtoReflectionService.newInstance();
    }

    private static long millis(Duration duration) {
        return duration.toMillis();
    }
}
