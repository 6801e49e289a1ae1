package io.drover.grpc.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Looks at the bundle as its one class loader in a framework does: through the manifest's
 * Bundle-ClassPath, with nothing of the test's own class path.
 */
class BundleClassPathTest {

    /** Changes with each grpc-java: look the new one up in the advisories, then write it here. */
    private static final String NETTY = "4.2.17.Final";

    private static final String SHADED = "io.grpc.netty.shaded.";

    private static URLClassLoader bundle;

    @BeforeAll
    static void openTheBundleClassPath() throws IOException {
        Path root = Path.of(System.getProperty("basedir", "."), "target", "classes");
        Manifest manifest;
        try (InputStream in = Files.newInputStream(root.resolve("META-INF/MANIFEST.MF"))) {
            manifest = new Manifest(in);
        }
        List<URL> entries = new ArrayList<>();
        for (String entry :
                manifest.getMainAttributes().getValue("Bundle-ClassPath").split(",", -1)) {
            Path path = entry.equals(".") ? root : root.resolve(entry);
            assertThat(path).exists();
            entries.add(path.toUri().toURL());
        }
        bundle =
                new URLClassLoader(
                        entries.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    @AfterAll
    static void close() throws IOException {
        bundle.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.grpc.NameResolverProvider",
                "io.grpc.LoadBalancerProvider",
                "io.grpc.ManagedChannelProvider",
                "io.grpc.ServerProvider"
            })
    void everyListOfProvidersHasSomeOfTheBundleItself(String type) throws Exception {
        List<Object> providers = providersOf(type);

        assertThat(providers).isNotEmpty();
        assertThat(providers)
                .allSatisfy(
                        provider ->
                                assertThat(provider.getClass().getClassLoader()).isSameAs(bundle));
    }

    @Test
    void namesAreResolvedByDnsAndSpreadRoundRobin() throws Exception {
        assertThat(providersOf("io.grpc.NameResolverProvider"))
                .extracting(provider -> provider.getClass().getSimpleName())
                .contains("DnsNameResolverProvider");
        assertThat(providersOf("io.grpc.LoadBalancerProvider"))
                .extracting(provider -> provider.getClass().getSimpleName())
                .contains(
                        "PickFirstLoadBalancerProvider",
                        "HealthCheckingRoundRobinLoadBalancerProvider");
    }

    @Test
    void theShadedNettyIsTheOneThatWasLookedUp() throws Exception {
        Properties versions = new Properties();
        try (InputStream in =
                bundle.getResourceAsStream(
                        "META-INF/io.grpc.netty.shaded.io.netty.versions.properties")) {
            versions.load(in);
        }

        assertThat(versions.getProperty("netty-common.version")).isEqualTo(NETTY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"io.netty.handler.ssl.OpenSsl", "io.netty.channel.epoll.Epoll"})
    void theNativesForThisMachineAreInside(String type) throws Exception {
        boolean available =
                (Boolean) bundle.loadClass(SHADED + type).getMethod("isAvailable").invoke(null);

        assertThat(available).isTrue();
    }

    @Test
    void protobufAndGrpcMeetInOneClassLoader() throws Exception {
        assertThat(
                        bundle.loadClass("com.google.rpc.Status")
                                .getMethod("getDefaultInstance")
                                .invoke(null))
                .isInstanceOf(bundle.loadClass("com.google.protobuf.Message"));
        assertThat(
                        bundle.loadClass("io.grpc.protobuf.services.HealthStatusManager")
                                .getDeclaredConstructor()
                                .newInstance())
                .isNotNull();
        assertThat(
                        bundle.loadClass("io.grpc.protobuf.services.ProtoReflectionServiceV1")
                                .getMethod("newInstance")
                                .invoke(null))
                .isNotNull();
    }

    private static List<Object> providersOf(String type) throws ClassNotFoundException {
        List<Object> found = new ArrayList<>();
        ServiceLoader.load(bundle.loadClass(type), bundle).forEach(found::add);
        return found;
    }
}
