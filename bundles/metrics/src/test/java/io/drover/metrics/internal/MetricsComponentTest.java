package io.drover.metrics.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.status.OnFailure;
import io.drover.api.status.State;
import io.drover.testing.Configured;
import io.drover.testing.Reload;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

class MetricsComponentTest {

    @Test
    void namesASourceAfterItsBundle() throws Exception {
        MetricsComponent component = component(Map.of());
        Given source = Given.of(out -> {});

        component.addSource(reference("io.drover.conntrack"), source);
        Scrape.of(component.routes().get(0));
        assertThat(Scrape.of(component.routes().get(0)).samples())
                .contains("drover_metrics_source_errors_total{source=\"conntrack\"} 0.0")
                .contains("drover_metrics_sources 5.0")
                .contains("drover_metrics_scrapes_total 1.0")
                .anyMatch(line -> line.startsWith("drover_build_info{"))
                .anyMatch(line -> line.startsWith("process_cpu_seconds_total "));

        component.removeSource(source);
        assertThat(Scrape.of(component.routes().get(0)).samples())
                .contains("drover_metrics_sources 4.0");
        component.stop();
    }

    @Test
    void saysThatItsFirstConfigurationIsWrong() throws Exception {
        MetricsComponent component = component(Map.of("source_timeout_ms", 0));

        assertThat(component.steps().get(0).onFailure()).isEqualTo(OnFailure.EXIT_CONFIGURATION);
        assertThat(component.steps().get(0).status().state()).isEqualTo(State.FAILED);
        assertThat(component.steps().get(0).status().reason())
                .contains("metrics.source_timeout_ms must be from 10 to 60000, is 0");
        component.stop();
    }

    @Test
    void keepsItsSettingsWhenAChangeIsWrong() throws Exception {
        MetricsComponent component = component(Map.of());

        component.modified(config(Map.of("scrapes_max", 65)));
        assertThat(component.steps().get(0).onFailure()).isEqualTo(OnFailure.CONTINUE);
        assertThat(component.steps().get(0).status().state()).isEqualTo(State.DEGRADED);

        component.modified(config(Map.of("scrapes_max", 64)));
        assertThat(component.steps().get(0).status().state()).isEqualTo(State.ACTIVE);
        component.stop();
    }

    @Test
    void leavesNeitherAThreadNorAClassBehind() {
        Reload.leavesNothing(Life.class);
    }

    /** One life of the component: sources come, pages are given, all ends. */
    static final class Life implements Runnable {
        @Override
        public void run() {
            try {
                MetricsComponent component = component(Map.of());
                component.addSource(reference("io.drover.test"), Given.of(out -> {}));
                for (String accept : new String[] {"text/plain", "application/openmetrics-text"}) {
                    Scrape.of(
                            component.routes().get(0), "Accept", accept, "Accept-Encoding", "gzip");
                }
                component.steps();
                component.stop();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    private static MetricsComponent component(Map<String, Object> values) {
        Bundle bundle = answering(Bundle.class, "getVersion", new Version(0, 1, 0));
        return new MetricsComponent(
                answering(BundleContext.class, "getBundle", bundle), config(values));
    }

    private static MetricsConfig config(Map<String, Object> values) {
        return Configured.with(MetricsConfig.class, values);
    }

    @SuppressWarnings("unchecked")
    private static ServiceReference<io.drover.api.metrics.MetricSource> reference(String bundle) {
        return answering(
                ServiceReference.class,
                "getBundle",
                answering(Bundle.class, "getSymbolicName", bundle));
    }

    private static <T> T answering(Class<T> type, String method, Object answer) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, asked, arguments) ->
                                asked.getName().equals(method) ? answer : null));
    }
}
