package io.drover.grpc.internal;

import io.drover.api.conntrack.Connections;
import io.drover.api.status.State;
import io.drover.testing.Await;
import io.drover.testing.Configured;
import io.drover.testing.FixedGuard;
import io.drover.testing.RecordedAudit;
import io.drover.testing.SwitchableCertificates;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerServiceDefinition;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A real server on a free port with real TLS, and channels to it. Closed with the test. */
final class RunningServer implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(20);

    final ThrowAwayAuthority authority;
    final SwitchableCertificates certificates;
    final FixedGuard guard = new FixedGuard();
    final RecordedAudit audit = new RecordedAudit();
    final GrpcServer server;

    private final Map<String, Object> values;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<ConnectionsService> services = new ArrayList<>();

    RunningServer(Path folder) {
        this(folder, Map.of());
    }

    RunningServer(Path folder, Map<String, Object> values) {
        this.values = values;
        authority = new ThrowAwayAuthority(folder);
        certificates = new SwitchableCertificates(authority.identity("first"));
        server = new GrpcServer(settings(values), Clock.systemUTC(), port -> Optional.empty());
        server.useGuard(guard);
        server.useAudit(audit);
        server.useCertificates(certificates);
        Await.until(
                "the server listens",
                SOON,
                () -> !server.addresses().isEmpty(),
                () -> server.steps().toString());
    }

    /** The defaults on a free port, some keys set. */
    static Settings settings(Map<String, Object> values) {
        Map<String, Object> all = new HashMap<>(values);
        all.putIfAbsent("port", "0");
        return Settings.from(Configured.with(GrpcConfig.class, all));
    }

    /** Serves {@code service}; what is returned withdraws it. */
    Runnable serve(BindableService service) {
        ServerServiceDefinition definition = service.bindService();
        server.add(definition);
        return () -> server.remove(definition);
    }

    /** Serves {@code table} until the server is closed. */
    ConnectionsService serve(Connections table) {
        ConnectionsService service = new ConnectionsService(table, null, settings(values));
        services.add(service);
        serve((BindableService) service);
        return service;
    }

    InetSocketAddress address() {
        return server.addresses().get(0);
    }

    State listener() {
        return server.steps().get(0).status().state();
    }

    /** A new connection without a token. */
    ManagedChannel channel() {
        return channel(address());
    }

    ManagedChannel channel(InetSocketAddress address) {
        try {
            ManagedChannel channel =
                    Grpc.newChannelBuilderForAddress(
                                    address.getHostString(),
                                    address.getPort(),
                                    TlsChannelCredentials.newBuilder()
                                            .trustManager(
                                                    certificates.current().authorityFile().toFile())
                                            .build())
                            .build();
            channels.add(channel);
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new connection that shows the local token with each call. */
    Channel local() {
        return withToken(FixedGuard.LOCAL);
    }

    Channel withToken(String token) {
        return withAuthorization("Bearer " + token);
    }

    Channel withAuthorization(String... values) {
        Metadata headers = new Metadata();
        for (String value : values) {
            headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), value);
        }
        return ClientInterceptors.intercept(
                channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        for (ManagedChannel channel : channels) {
            try {
                channel.awaitTermination(SOON.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        server.stop();
        services.forEach(ConnectionsService::stop);
    }
}
