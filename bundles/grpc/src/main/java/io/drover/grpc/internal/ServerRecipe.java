package io.drover.grpc.internal;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
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
                        .executor(executor)
                        .sslContext(tls)
                        .addStreamTracerFactory(figures)
                        .addTransportFilter(figures.connectionCounter())
                        .intercept(new Forwarded())
                        .intercept(authentication)
                        // The last one is asked first.
                        .intercept(calls)
                        .addService(safe(health))
                        .fallbackHandlerRegistry(registry);
        limit(builder);
        if (settings.reflection()) {
            builder.addService(safe(ProtoReflectionServiceV1.newInstance()));
            builder.addService(safe(olderReflection()));
        }
        if (settings.channelz()) {
            builder.addService(safe(ChannelzService.newInstance(CHANNELZ_PAGE)));
        }
        return builder.build();
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
