package io.drover.itests.process;

import com.sun.net.httpserver.HttpServer;
import io.drover.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Debian's Prometheus on loopback, which scrapes one figure of the test's own each second. */
final class RealPrometheus implements AutoCloseable {

    private final HttpServer exporter;
    private final Process process;
    private final Path output;
    private final String url;
    private volatile String figure;

    private RealPrometheus(Path folder, String first) throws IOException {
        figure = first;
        exporter = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        exporter.createContext(
                "/metrics",
                exchange -> {
                    byte[] page =
                            ("# TYPE queue_length gauge\nqueue_length{shard=\"a\"} "
                                            + figure
                                            + "\n")
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
                    exchange.sendResponseHeaders(200, page.length);
                    exchange.getResponseBody().write(page);
                    exchange.close();
                });
        exporter.start();
        Files.createDirectories(folder);
        Path configuration = folder.resolve("prometheus.yml");
        Files.writeString(
                configuration,
                """
                global: {scrape_interval: 1s, scrape_timeout: 1s}
                scrape_configs:
                - job_name: queue
                  static_configs: [{targets: ["127.0.0.1:%d"]}]
                """
                        .formatted(exporter.getAddress().getPort()));
        output = folder.resolve("prometheus.log");
        String address = "127.0.0.1:" + freePort();
        url = "http://" + address;
        process =
                new ProcessBuilder(
                                "prometheus",
                                "--config.file=" + configuration,
                                "--storage.tsdb.path=" + folder.resolve("data"),
                                "--web.listen-address=" + address)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
    }

    /** One that knows the figure already. */
    static RealPrometheus start(String name, String first) throws IOException {
        Needs.program("prometheus", "prometheus");
        Path folder = Path.of(System.getProperty("drover.homes")).toAbsolutePath().resolve(name);
        Command.run("rm", "-rf", folder.toString()).orFail();
        RealPrometheus prometheus = new RealPrometheus(folder, first);
        Await.until(
                "Prometheus knows the figure",
                Duration.ofSeconds(60),
                () -> prometheus.query("queue_length").contains("\"" + first + "\""),
                prometheus::log);
        return prometheus;
    }

    /** No two tests of a build run at the same time; somebody else may still be quicker. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String url() {
        return url;
    }

    /** What is scraped from now on. */
    void figure(String next) {
        figure = next;
    }

    /** Stops it in the midst of its work: it takes connections and never answers. */
    void hang() {
        Command.run("kill", "-STOP", Long.toString(process.pid())).orFail();
    }

    /** Lets it go on. */
    void goOn() {
        Command.run("kill", "-CONT", Long.toString(process.pid())).orFail();
    }

    String query(String text) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + "/api/v1/query?query=" + text))
                        .timeout(Duration.ofSeconds(5))
                        .build();
        try {
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    String log() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        exporter.stop(0);
        goOn();
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
