package io.drover.security.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.agent.Home;
import io.drover.api.diagnosis.Suite;
import io.drover.api.security.Audit;
import io.drover.api.security.Certificates;
import io.drover.api.security.ClusterCredentials;
import io.drover.api.security.Guard;
import io.drover.api.security.TokenStore;
import io.drover.api.status.State;
import io.drover.testing.Await;
import io.drover.testing.Configured;
import io.drover.testing.Reload;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class SecurityComponentTest {

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    @TempDir Path home;

    @BeforeEach
    void nameTheHome() {
        System.setProperty(Home.PROPERTY, home.toString());
    }

    @AfterEach
    void forgetTheHome() {
        System.clearProperty(Home.PROPERTY);
    }

    @Test
    void publishesTokensAndCertificatesWhileItIsActive() throws Exception {
        Registry registry = new Registry();

        SecurityComponent component = new SecurityComponent(registry.context(), config(Map.of()));

        registry.await(Guard.class);
        registry.await(Certificates.class);
        registry.await(TokenStore.class);
        registry.await(ClusterCredentials.class);
        registry.await(Audit.class);
        registry.await(Suite.class);
        component.stop();
        assertThat(registry.services).isEmpty();
    }

    @Test
    void publishesNothingThatFailed() throws Exception {
        Files.createDirectory(home.resolve("secrets"));
        Files.createFile(home.resolve("secrets/local_token"));
        Registry registry = new Registry();

        SecurityComponent component = new SecurityComponent(registry.context(), config(Map.of()));

        registry.await(Certificates.class);
        assertThat(component.steps().get(0).status().state()).isEqualTo(State.FAILED);
        assertThat(registry.services).doesNotContainKey(Guard.class.getName());
        component.stop();
    }

    @Test
    void takesOverAChangeWithoutWithdrawingAnything() throws Exception {
        Registry registry = new Registry();
        SecurityComponent component = new SecurityComponent(registry.context(), config(Map.of()));
        registry.await(Certificates.class);
        Certificates before = (Certificates) registry.services.get(Certificates.class.getName());

        component.modified(config(Map.of("extra_names", new String[] {"new.example.org"})));

        Await.until(
                "a certificate with the new name",
                DEADLINE,
                () ->
                        before.current()
                                .chain()
                                .get(0)
                                .getSubjectAlternativeNames()
                                .toString()
                                .contains("new.example.org"),
                () -> component.steps().toString());
        assertThat(registry.services).containsEntry(Certificates.class.getName(), before);
        component.stop();
    }

    @Test
    void becomesWellWhenAWrongConfigurationIsMended() throws Exception {
        Registry registry = new Registry();
        SecurityComponent component =
                new SecurityComponent(registry.context(), config(Map.of("leaf_lifetime_days", 0)));

        component.modified(config(Map.of()));

        registry.await(Guard.class);
        component.stop();
    }

    @Test
    void leavesNeitherAThreadNorAClassBehind() {
        Reload.leavesNothing(Life.class);
    }

    /** One life of the component, from the first start to its end. */
    static final class Life implements Runnable {
        @Override
        public void run() {
            Registry registry = new Registry();
            SecurityComponent component =
                    new SecurityComponent(registry.context(), config(Map.of()));
            registry.await(Certificates.class);
            try {
                component.stop();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static SecurityConfig config(Map<String, Object> values) {
        return Configured.with(SecurityConfig.class, values);
    }

    /** As much of a framework as the component asks for. */
    private static final class Registry {
        private final Map<String, Object> services = new ConcurrentHashMap<>();

        BundleContext context() {
            return proxy(BundleContext.class, this::register);
        }

        void await(Class<?> type) {
            Await.until(
                    type.getSimpleName() + " is a service",
                    DEADLINE,
                    () -> services.containsKey(type.getName()),
                    services::toString);
        }

        private Object register(Object[] arguments) {
            Class<?> type = (Class<?>) arguments[0];
            services.put(type.getName(), arguments[1]);
            return proxy(
                    ServiceRegistration.class, ignored -> services.remove(type.getName()) == null);
        }

        private static <T> T proxy(Class<T> type, Answer answer) {
            return type.cast(
                    Proxy.newProxyInstance(
                            type.getClassLoader(),
                            new Class<?>[] {type},
                            (proxy, method, arguments) -> {
                                Object answered = answer.to(arguments);
                                return method.getReturnType() == void.class ? null : answered;
                            }));
        }

        private interface Answer {
            Object to(Object[] arguments);
        }
    }
}
