package io.drover.grpc.internal;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * How every server is put together.
 *
 * @param settings the limits
 * @param authentication asked before each call
 * @param calls knows which calls are open
 * @param figures counts
 * @param health the standard health service
 * @param registry the services that come and go
 */
record ServerRecipe(
        Settings settings,
        Authentication authentication,
        OpenCalls calls,
        CallFigures figures,
        BindableService health,
        ServiceRegistry registry) {

    private static final int SECOND = 1;

    /** A server for one address, not started. */
    Server server(
            InetSocketAddress address, SslContext tls, Transport transport, Executor executor) {
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(address)
                        .channelType(transport.channelType())
                        .bossEventLoopGroup(transport.loops())
                        .workerEventLoopGroup(transport.loops())
                        .executor(executor)
                        .sslContext(tls)
                        .addStreamTracerFactory(figures)
                        .addTransportFilter(figures.connectionCounter())
                        .intercept(calls)
                        // The last one is asked first.
                        .intercept(authentication)
                        .addService(health)
                        .fallbackHandlerRegistry(registry);
        limit(builder);
        if (settings.reflection()) {
            builder.addService(ProtoReflectionServiceV1.newInstance());
            builder.addService(olderReflection());
        }
        return builder.build();
    }

    private void limit(NettyServerBuilder builder) {
        builder.maxInboundMessageSize(settings.messageMaxBytes())
                .maxInboundMetadataSize(settings.headerMaxBytes())
                .maxConcurrentCallsPerConnection(settings.connectionStreamsMax())
                .maxRstFramesPerWindow(settings.connectionResetsMaxPerSecond(), SECOND)
                .permitKeepAliveWithoutCalls(true);
        builder.handshakeTimeout(millis(settings.handshakeTimeout()), TimeUnit.MILLISECONDS);
        builder.keepAliveTime(millis(settings.keepaliveTime()), TimeUnit.MILLISECONDS);
        builder.keepAliveTimeout(millis(settings.keepaliveTimeout()), TimeUnit.MILLISECONDS);
        builder.permitKeepAliveTime(
                millis(settings.keepaliveClientIntervalMin()), TimeUnit.MILLISECONDS);
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
