package io.drover.grpc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.agent.Agent;
import io.drover.api.conntrack.Connections;
import io.drover.api.metrics.MetricSource;
import io.drover.api.net.Listening;
import io.drover.api.security.Certificates;
import io.drover.api.security.Guard;
import io.drover.api.status.State;
import io.drover.api.status.Subsystem;
import io.drover.proto.v1.AgentGrpc;
import io.drover.proto.v1.ConnectionEvent;
import io.drover.proto.v1.ConnectionsGrpc;
import io.drover.proto.v1.GetVersionRequest;
import io.drover.proto.v1.WatchConnectionsRequest;
import io.drover.testing.Await;
import io.drover.testing.FixedAgent;
import io.drover.testing.FixedGuard;
import io.drover.testing.RecordedSamples;
import io.drover.testing.ScriptedConnections;
import io.drover.testing.SwitchableCertificates;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.cm.ConfigurationAdmin;

/** The bundle as it is, with grpc-runtime and proto as they are, in a small framework. */
class GrpcInFelixTest {

    /** Services of these packages are made by the test and used by the bundle. */
    private static final String SHARED =
            "org.slf4j;version=2.0.12,org.slf4j.helpers;version=2.0.12,org.slf4j.spi;version=2.0.12,"
                    + "org.osgi.service.cm;version=1.6.1,sun.misc,"
                    + versioned(
                            "agent",
                            "autoscaling",
                            "config",
                            "conntrack",
                            "flare",
                            "http",
                            "metadata",
                            "metrics",
                            "net",
                            "security",
                            "status",
                            "watch");

    /** As the packages say it themselves: a test follows them. */
    private static String versioned(String... packages) {
        StringBuilder exports = new StringBuilder();
        for (String each : packages) {
            exports.append(exports.isEmpty() ? "" : ",")
                    .append("io.drover.api.")
                    .append(each)
                    .append(";version=1.9.0");
        }
        return exports.toString();
    }

    /**
     * Netty's natives, when their class loader is collected, unregister themselves from the classes
     * of the same name on the class path: those of the test's own client. Outside of tests nobody
     * has two.
     */
    private static final List<ClassLoader> NEVER_COLLECTED = new ArrayList<>();

    @TempDir Path folder;

    private final ScriptedConnections table = new ScriptedConnections();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private ThrowAwayAuthority authority;
    private Framework framework;
    private BundleContext context;
    private Bundle grpc;

    @BeforeEach
    void start() throws Exception {
        authority = new ThrowAwayAuthority(folder);
        Map<String, String> properties = new HashMap<>();
        properties.put("org.osgi.framework.storage", folder.resolve("felix").toString());
        properties.put("org.osgi.framework.system.packages.extra", SHARED);
        properties.put("felix.cm.pm", "memory");
        framework = new FrameworkFactory().newFramework(properties);
        framework.start();
        context = framework.getBundleContext();
        for (String type :
                List.of(
                        "org.osgi.util.function.Function",
                        "org.osgi.util.promise.Promise",
                        "org.osgi.service.component.ComponentContext",
                        "org.apache.felix.cm.PersistenceManager",
                        "org.apache.felix.scr.info.ScrInfo",
                        "io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder",
                        "io.drover.proto.v1.AgentGrpc")) {
            install(type);
        }
        grpc = install("io.drover.grpc.internal.GrpcComponent");
        for (Bundle bundle : context.getBundles()) {
            bundle.start();
            if ("io.drover.grpc-runtime".equals(bundle.getSymbolicName())) {
                NEVER_COLLECTED.add(bundle.adapt(BundleWiring.class).getClassLoader());
            }
        }
    }

    @AfterEach
    void stop() throws Exception {
        channels.forEach(ManagedChannel::shutdownNow);
        framework.stop();
        framework.waitForStop(RunningServer.SOON.toMillis());
    }

    private Bundle install(String type) throws Exception {
        URL place =
                Class.forName(type, false, GrpcInFelixTest.class.getClassLoader())
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation();
        boolean isFolder = new File(place.toURI()).isDirectory();
        return context.installBundle((isFolder ? "reference:" : "") + place);
    }

    private void configure() throws IOException {
        Dictionary<String, Object> keys =
                FrameworkUtil.asDictionary(Map.of("port", 0, "bind", new String[] {"127.0.0.1"}));
        ServiceReference<ConfigurationAdmin> admin =
                context.getServiceReference(ConfigurationAdmin.class);
        context.getService(admin).getConfiguration("io.drover.grpc", null).update(keys);
    }

    private <T> ServiceRegistration<T> register(Class<T> type, T service) {
        return context.registerService(type, service, null);
    }

    private void registerAll() {
        register(Certificates.class, new SwitchableCertificates(authority.identity("first")));
        register(Guard.class, new FixedGuard());
        register(Agent.class, new FixedAgent());
    }

    private <T> T service(Class<T> type) {
        ServiceReference<T> reference = context.getServiceReference(type);
        return reference == null ? null : context.getService(reference);
    }

    private InetSocketAddress address() {
        Await.until(
                "the bundle listens",
                RunningServer.SOON,
                () -> !bound().isEmpty(),
                () -> String.valueOf(service(Subsystem.class)));
        assertThat(bound().get(0).protocol()).isEqualTo("grpcs");
        return bound().get(0).addresses().get(0);
    }

    private List<Listening.Bound> bound() {
        Listening listening = service(Listening.class);
        return listening == null ? List.of() : listening.bound();
    }

    private Channel channel() throws IOException {
        InetSocketAddress address = address();
        ManagedChannel channel =
                Grpc.newChannelBuilderForAddress(
                                "127.0.0.1",
                                address.getPort(),
                                TlsChannelCredentials.newBuilder()
                                        .trustManager(folder.resolve("authority.pem").toFile())
                                        .build())
                        .build();
        channels.add(channel);
        Metadata headers = new Metadata();
        headers.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                "Bearer " + FixedGuard.LOCAL);
        return ClientInterceptors.intercept(
                channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private Received<WatchConnectionsRequest, ConnectionEvent> watch(Channel channel) {
        Received<WatchConnectionsRequest, ConnectionEvent> received = Received.eagerly();
        ConnectionsGrpc.newStub(channel)
                .withWaitForReady()
                .watchConnections(WatchConnectionsRequest.getDefaultInstance(), received);
        received.awaitMessages(1);
        return received;
    }

    private static String version(Channel channel) {
        return AgentGrpc.newBlockingStub(channel)
                .getVersion(GetVersionRequest.getDefaultInstance())
                .getVersion();
    }

    @Test
    void waitsForConfigurationThenForACertificateAndSaysSo() throws Exception {
        assertThat(service(Subsystem.class)).isNull();

        configure();
        Await.until(
                "the subsystem shows itself",
                RunningServer.SOON,
                () -> service(Subsystem.class) != null,
                () -> "none");
        assertThat(service(Subsystem.class).steps())
                .extracting(step -> step.status().state())
                .containsOnly(State.WAITING);
        assertThat(bound()).isEmpty();

        registerAll();
        assertThat(version(channel())).isEqualTo("1.2.3");
        assertThat(service(Subsystem.class).name()).isEqualTo("grpc");
        RecordedSamples samples = new RecordedSamples();
        service(MetricSource.class).collect(samples);
        assertThat(samples.values()).containsKey("drover_grpc_connections");
    }

    @Test
    void theAgentIsFetchedWhenSomebodyAsksAndNotWhileTheBundlesStart() throws Exception {
        AtomicInteger fetched = new AtomicInteger();
        context.registerService(Agent.class, new FetchCounter(fetched), null);
        configure();
        register(Certificates.class, new SwitchableCertificates(authority.identity("first")));
        register(Guard.class, new FixedGuard());
        Channel channel = channel();

        assertThat(fetched).hasValue(0);
        assertThat(version(channel)).isEqualTo("1.2.3");
        assertThat(version(channel)).isEqualTo("1.2.3");
        assertThat(fetched).hasValue(1);
    }

    /** An agent that is made when it is fetched. */
    private static final class FetchCounter implements ServiceFactory<Agent> {
        private final AtomicInteger fetched;

        FetchCounter(AtomicInteger fetched) {
            this.fetched = fetched;
        }

        @Override
        public Agent getService(Bundle bundle, ServiceRegistration<Agent> registration) {
            fetched.incrementAndGet();
            return new FixedAgent();
        }

        @Override
        public void ungetService(
                Bundle bundle, ServiceRegistration<Agent> registration, Agent service) {}
    }

    @Test
    void theServiceOfAnotherBundleComesAndGoesWhilePortAndOtherServicesStay() throws Exception {
        configure();
        registerAll();
        ServiceRegistration<Connections> there = register(Connections.class, table);
        Channel channel = channel();
        InetSocketAddress before = address();
        for (int swap = 1; swap <= 10; swap++) {
            Received<WatchConnectionsRequest, ConnectionEvent> watched = watch(channel);

            there.unregister();

            assertThat(watched.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(version(channel)).isEqualTo("1.2.3");
            assertThatThrownBy(
                            () ->
                                    ConnectionsGrpc.newBlockingStub(channel)
                                            .watchConnections(
                                                    WatchConnectionsRequest.getDefaultInstance())
                                            .next())
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("UNAVAILABLE");
            there = register(Connections.class, table);
        }
        watch(channel);
        assertThat(address()).isEqualTo(before);
    }

    @Test
    void aSwapOfSecurityClosesNeitherPortNorStreamsAndOpensNothingMeanwhile() throws Exception {
        configure();
        register(Agent.class, new FixedAgent());
        register(Connections.class, table);
        ServiceRegistration<Certificates> certificates =
                register(
                        Certificates.class,
                        new SwitchableCertificates(authority.identity("first")));
        ServiceRegistration<Guard> guard = register(Guard.class, new FixedGuard());
        Channel channel = channel();
        Received<WatchConnectionsRequest, ConnectionEvent> watched = watch(channel);

        certificates.unregister();
        guard.unregister();
        assertThatThrownBy(() -> version(channel()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("UNAVAILABLE");
        registerAll();

        assertThat(version(channel)).isEqualTo("1.2.3");
        table.open(ScriptedConnections.plain("10.0.0.1", 1, "10.0.0.2", 80));
        watched.awaitMessages(2);
        assertThat(watched.running()).isTrue();
    }

    @Test
    void tenUpdatesOfTheBundleLeaveNoClassLoaderAndNoThreadBehind() throws Exception {
        configure();
        registerAll();
        register(Connections.class, table);
        List<WeakReference<ClassLoader>> former = new ArrayList<>();
        for (int update = 1; update <= 10; update++) {
            Channel channel = channel();
            Received<WatchConnectionsRequest, ConnectionEvent> watched = watch(channel);
            assertThat(version(channel)).isEqualTo("1.2.3");
            former.add(new WeakReference<>(grpc.adapt(BundleWiring.class).getClassLoader()));

            grpc.update();

            assertThat(watched.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        }
        assertThat(version(channel())).isEqualTo("1.2.3");

        grpc.stop();
        Await.until(
                "the former class loaders are gone",
                RunningServer.SOON,
                () -> {
                    System.gc();
                    return former.stream().map(WeakReference::get).allMatch(Objects::isNull);
                },
                () ->
                        former.stream().filter(old -> old.get() != null).count()
                                + " of "
                                + former.size()
                                + " are there");
        Await.until(
                "no thread is left",
                RunningServer.SOON,
                () -> threads().isEmpty(),
                () -> threads().toString());
        assertThat(table.streams()).isZero();
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("drover-grpc"))
                .toList();
    }
}
