package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.drover.testing.Await;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * A real Prometheus reads the metrics over TLS with a token, while tokens and certificates are
 * replaced. Some seconds here; {@code ./drover campaign scrape} for ten minutes.
 */
class ScrapeIT {

    private static final Duration WHOLE =
            Duration.ofSeconds(Integer.getInteger("drover.scrape.seconds", 20));

    /** A token for each sixth of a short run; once a minute in one of ten minutes and more. */
    private static final Duration TOKEN =
            WHOLE.toSeconds() >= 600 ? Duration.ofMinutes(1) : WHOLE.dividedBy(6);

    private static final Duration CERTIFICATE = TOKEN.multipliedBy(2);

    @Test
    void losesNoScrapeWhileTokensAndCertificatesAreReplaced() throws Exception {
        Needs.program("prometheus", "prometheus");
        try (RunningDrover drover =
                        RunningDrover.start("scrape")
                                .configuration("http: { metrics_bind: [\"0.0.0.0\"] }\n")
                                .ready();
                Prometheus prometheus = new Prometheus(drover)) {
            prometheus.awaitScrapes(2);

            int tokens = 0;
            int certificates = 0;
            long begin = System.nanoTime();
            while (System.nanoTime() - begin < WHOLE.toNanos()) {
                long passed = System.nanoTime() - begin;
                if (passed >= TOKEN.multipliedBy(tokens + 1L).toNanos()) {
                    tokens++;
                    order(drover, "/api/v1/tokens/local/rotate?overlap=" + overlap());
                }
                if (passed >= CERTIFICATE.multipliedBy(certificates + 1L).toNanos()) {
                    certificates++;
                    order(drover, "/api/v1/certificates/renew");
                }
                prometheus.awaitScrapes(prometheus.scrapes() + 1);
            }

            double scrapes = prometheus.scrapes();
            double failed = scrapes - prometheus.query("sum_over_time(up{job=\"drover\"}[1h])");
            System.out.printf(
                    "%.0f scrapes, %.0f failed, %d tokens, %d certificates%n",
                    scrapes, failed, tokens, certificates);
            assertThat(failed).as(prometheus.log()).isZero();
            assertThat(tokens).isGreaterThanOrEqualTo(5);
            assertThat(certificates).isGreaterThanOrEqualTo(2);
            assertThat(prometheus.query("drover_tls_certificate_renewals_total"))
                    .isGreaterThanOrEqualTo(certificates - 1.0);
            assertThat(prometheus.query("count({__name__=~\"drover_.+\"})")).isGreaterThan(20);
        }
    }

    /** Two scrapes long: Prometheus reads the token's file anew for each. */
    private static String overlap() {
        return Math.max(2, TOKEN.toSeconds() / 2) + "s";
    }

    private static void order(RunningDrover drover, String path) {
        HttpResponse<String> answer = drover.api("POST", path, drover.token());
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
    }

    /** The server of Debian, in a folder of its own. */
    private static final class Prometheus implements AutoCloseable {
        private final HttpClient client = HttpClient.newHttpClient();
        private final Path folder;
        private final Path log;
        private final int port;
        private final Process process;

        Prometheus(RunningDrover drover) throws IOException {
            folder = Files.createDirectories(drover.home().resolve("prometheus"));
            log = folder.resolve("log.txt");
            port = freePort();
            Path configuration =
                    Files.writeString(
                            folder.resolve("prometheus.yml"),
                            """
                            global: { scrape_interval: %s, scrape_timeout: %s }
                            scrape_configs:
                              - job_name: drover
                                scheme: https
                                authorization: { credentials_file: "%s" }
                                tls_config: { ca_file: "%s" }
                                static_configs: [ { targets: [ "127.0.0.1:%d" ] } ]
                            """
                                    .formatted(
                                            WHOLE.toSeconds() >= 600 ? "5s" : "1s",
                                            WHOLE.toSeconds() >= 600 ? "5s" : "1s",
                                            drover.home().resolve("secrets/local_token"),
                                            drover.authority(),
                                            drover.port("metrics")));
            process =
                    new ProcessBuilder(
                                    "prometheus",
                                    "--config.file=" + configuration,
                                    "--storage.tsdb.path=" + folder.resolve("data"),
                                    "--web.listen-address=127.0.0.1:" + port)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
        }

        double scrapes() {
            return query("count_over_time(up{job=\"drover\"}[1h])");
        }

        void awaitScrapes(double count) {
            Await.until(
                    count + " scrapes",
                    Duration.ofSeconds(60),
                    () -> scrapes() >= count,
                    this::log);
        }

        /** The value of a query of one series; 0 for none, as while it is starting. */
        double query(String expression) {
            String query = URLEncoder.encode(expression, StandardCharsets.UTF_8);
            HttpRequest request =
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "http://127.0.0.1:"
                                                    + port
                                                    + "/api/v1/query?query="
                                                    + query))
                            .build();
            try {
                String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
                JsonObject answer = RunningDrover.json(body);
                JsonArray result = answer.getAsJsonObject("data").getAsJsonArray("result");
                return result.isEmpty()
                        ? 0
                        : result.get(0)
                                .getAsJsonObject()
                                .getAsJsonArray("value")
                                .get(1)
                                .getAsDouble();
            } catch (IOException | RuntimeException e) {
                return 0;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        String log() {
            try {
                return Files.readString(log);
            } catch (IOException e) {
                return e.toString();
            }
        }

        @Override
        public void close() throws IOException {
            process.destroy();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static int freePort() throws IOException {
            try (ServerSocket socket = new ServerSocket(0)) {
                return socket.getLocalPort();
            }
        }
    }
}
