package io.drover.metrics.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.http.Endpoint;
import io.drover.api.http.Method;
import io.drover.api.http.Route;
import io.drover.api.metrics.Family;
import io.drover.api.security.Audience;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageRouteTest {

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static final Family EVENTS =
            Family.counter("drover_test_events_total", "Events seen.", "kind", "family");
    private static final Family SIZE = Family.gauge("drover_test_size", "Size now.");
    private static final Family BUILD = Family.info("drover_test_info", "What it is.", "version");
    private static final Family TIMES =
            Family.histogram(
                    "drover_test_seconds", "Time it took.", List.of(0.1, 1.0, 10.0), "step");

    private final Registry registry = new Registry(Settings.DEFAULTS, Duration.ofSeconds(5));

    @AfterEach
    void stop() throws InterruptedException {
        registry.stop();
    }

    @Test
    void isServedToEverybodyOnItsOwnListener() {
        Route route = new PageRoute(registry).route();

        assertThat(route.endpoint()).isEqualTo(Endpoint.METRICS);
        assertThat(route.method()).isEqualTo(Method.GET);
        assertThat(route.path()).isEqualTo("/metrics");
        assertThat(route.audience()).isEqualTo(Audience.PUBLIC);
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, page.txt",
        "application/openmetrics-text, page.openmetrics",
    })
    void writesEachTypeInBothFormats(String accept, String golden) throws Exception {
        registry.add("test", everyType());

        assertThat(Scrape.of(registry, "Accept", accept).text()).isEqualTo(golden(golden));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                                                  | text",
                "*/*                                                                 | text",
                "text/plain                                                          | text",
                "text/*                                                              | text",
                "TEXT/PLAIN;Version=\"0.0.4\"                                        | text",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8     | text",
                "application/json                                                    | text",
                "application/openmetrics-text                                        | open",
                "application/openmetrics-text;version=1.0.0                          | open",
                "application/openmetrics-text; version=0.0.1                         | open",
                "application/openmetrics-text;version=2.0.0                          | text",
                "application/openmetrics-text;version=2.0.0,text/plain;q=0.1         | text",
                "application/*                                                       | open",
                "application/openmetrics-text,*/*                                    | open",
                "application/openmetrics-text;q=0.5,*/*                              | text",
                "text/plain;q=0.5,application/openmetrics-text;q=0.6                 | open",
                "text/plain;q=0.6,application/openmetrics-text;q=0.5                 | text",
                "text/plain,application/openmetrics-text                             | text",
                "application/openmetrics-text,text/plain                             | open",
                "text/plain;q=0,*/*;q=0.1                                            | open",
                "application/openmetrics-text;q=0                                    | text",
                "application/openmetrics-text;q=0,text/plain;q=0                     | text",
                "application/openmetrics-text;q=7,text/plain                         | text",
                "application/openmetrics-text;q=,;;,=,text/plain;q=0.2               | text",
                // What Prometheus 2.42 (Debian 12) and 3.x really send:
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
                        + " | open",
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
                        + " | open",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.2"
                        + " | text",
            })
    void givesTheFormatThatTheClientLikesBest(String accept, String expected) throws Exception {
        Scrape scrape = Scrape.of(registry, "Accept", accept);

        assertThat(scrape.reply().contentType()).isEqualTo("open".equals(expected) ? OPEN : TEXT);
        assertThat(scrape.reply().headers()).containsEntry("Vary", "Accept, Accept-Encoding");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip                          | true",
                "GZIP;q=1.0                    | true",
                "x-gzip                        | true",
                "deflate, gzip;q=0.5           | true",
                "*                             | true",
                "br;q=1.0, *;q=0.1             | true",
                "gzip;q=0                      | false",
                "gzip;q=0, *                   | false",
                "identity, gzip;q=0.5          | false",
                "identity;q=0.5, gzip;q=0.5    | true",
                "br                            | false",
                "''                            | false",
            })
    void zipsThePageWhenAskedTo(String acceptEncoding, boolean zipped) throws Exception {
        registry.add("test", everyType());

        Scrape scrape = Scrape.of(registry, "Accept-Encoding", acceptEncoding);

        assertThat("gzip".equals(scrape.reply().headers().get("Content-Encoding")))
                .isEqualTo(zipped);
        assertThat(zipped ? scrape.unzipped() : scrape.text()).isEqualTo(golden("page.txt"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "identity"})
    void endsWithTheClientThatGoesAway(String encoding) throws Exception {
        registry.add("test", everyType());
        Scrape scrape = Scrape.of(registry, "Accept-Encoding", encoding);

        Assertions.assertThatThrownBy(() -> scrape.reply().body().write(new Gone()))
                .isInstanceOf(IOException.class)
                .hasMessage("broken pipe");
    }

    private static Given everyType() {
        return Given.of(
                out -> {
                    out.add(EVENTS, 3, "new", "ipv4");
                    out.add(EVENTS, 1L << 53, "destroy", "ipv6");
                    out.add(EVENTS, 0, "a\\b\"c\nd", "é");
                    out.add(SIZE, -1.5);
                    out.add(BUILD, 1, "1.2.3");
                    out.histogram(TIMES, new long[] {1, 2, 0, 4}, 99.5, "decide");
                },
                EVENTS,
                SIZE,
                BUILD,
                TIMES);
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = PageRouteTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A client that has closed its connection. */
    private static final class Gone extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("broken pipe");
        }
    }
}
