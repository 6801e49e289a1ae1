package io.drover.metrics.internal;

import com.sun.net.httpserver.HttpServer;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.testing.ScriptedRequest;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;

/**
 * One scrape of 10,000 series: our registry and renderer against client_java on its own HTTP
 * server. Both in one JVM behind the server of the JDK, in turns; the client writes and reads on a
 * socket and makes no garbage. Garbage is what all other threads have allocated.
 */
public final class ScrapeBenchmark {

    private static final int FAMILIES = 10;
    private static final int SERIES = 1_000;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private ScrapeBenchmark() {}

    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        int scrapes = Integer.parseInt(args[1]);
        HTTPServer theirs = theirs();
        HttpServer ours = ours();
        List<Integer> ports = List.of(ours.getAddress().getPort(), theirs.getPort());
        System.out.println("series encoding   page bytes   who            ms p50   ms p99     KiB garbage   ms cpu");
        for (boolean gzip : new boolean[] {false, true}) {
            for (int port : ports) {
                scrapes(port, gzip, scrapes, new double[scrapes]);
            }
            List<double[]> times = List.of(new double[rounds * scrapes], new double[rounds * scrapes]);
            double[] garbage = new double[2];
            double[] cpu = new double[2];
            int[] bytes = new int[2];
            for (int round = 0; round < rounds; round++) {
                for (int who = 0; who < 2; who++) {
                    double[] each = new double[scrapes];
                    long[] before = used();
                    bytes[who] = scrapes(ports.get(who), gzip, scrapes, each);
                    long[] after = used();
                    garbage[who] += (after[0] - before[0]) / 1024.0 / scrapes / rounds;
                    cpu[who] += (after[1] - before[1]) / 1e6 / scrapes / rounds;
                    System.arraycopy(each, 0, times.get(who), round * scrapes, scrapes);
                }
            }
            double[] p50 = new double[2];
            for (int who = 0; who < 2; who++) {
                Arrays.sort(times.get(who));
                p50[who] = quantile(times.get(who), .5);
                System.out.printf(
                        Locale.ROOT,
                        "%6d %-8s %12d   %-12s %8.2f %8.2f %15.1f %8.2f%n",
                        FAMILIES * SERIES,
                        gzip ? "gzip" : "identity",
                        bytes[who],
                        who == 0 ? "drover" : "client_java",
                        p50[who],
                        quantile(times.get(who), .99),
                        garbage[who],
                        cpu[who]);
            }
            System.out.printf(
                    Locale.ROOT,
                    "ratio  %-8s time %.3f (bar 0.5)   garbage %.3f (bar 0.1)   cpu %.3f%n",
                    gzip ? "gzip" : "identity",
                    p50[0] / p50[1],
                    garbage[0] / garbage[1],
                    cpu[0] / cpu[1]);
        }
        ours.stop(0);
        theirs.close();
        System.exit(0);
    }

    /** What all threads but this one have allocated and used so far. */
    private static long[] used() {
        long allocated = 0;
        long cpu = 0;
        for (long id : THREADS.getAllThreadIds()) {
            if (id != Thread.currentThread().getId()) {
                allocated += Math.max(0, THREADS.getThreadAllocatedBytes(id));
                cpu += Math.max(0, THREADS.getThreadCpuTime(id));
            }
        }
        return new long[] {allocated, cpu};
    }

    private static double quantile(double[] sorted, double q) {
        return sorted[Math.min(sorted.length - 1, (int) (sorted.length * q))];
    }

    /** Kept alive over all scrapes; the page is read and thrown away. */
    private static int scrapes(int port, boolean gzip, int count, double[] millis) throws IOException {
        byte[] request =
                ("GET /metrics HTTP/1.1\r\nHost: localhost\r\n"
                                + (gzip ? "Accept-Encoding: gzip\r\n" : "")
                                + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] buffer = new byte[64 * 1024];
        int length = 0;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            Answer answer = new Answer(socket.getInputStream(), buffer);
            for (int i = 0; i < count; i++) {
                long begin = System.nanoTime();
                out.write(request);
                length = answer.read();
                millis[i] = (System.nanoTime() - begin) / 1e6;
            }
        }
        return length;
    }

    /** Reads one answer after the other, with a length or in chunks. */
    private static final class Answer {
        private final InputStream in;
        private final byte[] buffer;
        private int at;
        private int end;

        Answer(InputStream in, byte[] buffer) {
            this.in = in;
            this.buffer = buffer;
        }

        int read() throws IOException {
            long length = -1;
            boolean chunked = false;
            if (!line().startsWith("HTTP/1.1 200")) {
                throw new IOException("not a 200");
            }
            for (String line = line(); !line.isEmpty(); line = line()) {
                String lower = line.toLowerCase(Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Long.parseLong(lower.substring(15).strip());
                }
                chunked |= lower.equals("transfer-encoding: chunked");
            }
            if (!chunked) {
                skip(length);
                return (int) length;
            }
            int sum = 0;
            for (int size = Integer.parseInt(line(), 16); ; size = Integer.parseInt(line(), 16)) {
                skip(size);
                line();
                if (size == 0) {
                    return sum;
                }
                sum += size;
            }
        }

        private void skip(long count) throws IOException {
            long left = count;
            while (left > 0) {
                if (at == end) {
                    fill();
                }
                int step = (int) Math.min(left, end - at);
                at += step;
                left -= step;
            }
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder(40);
            while (true) {
                if (at == end) {
                    fill();
                }
                byte b = buffer[at++];
                if (b == '\n') {
                    return line.toString();
                }
                if (b != '\r') {
                    line.append((char) b);
                }
            }
        }

        private void fill() throws IOException {
            end = in.read(buffer, 0, buffer.length);
            at = 0;
            if (end < 0) {
                throw new IOException("closed");
            }
        }
    }

    /** The page as the bundle metrics makes it, on a thread of the JDK's server as theirs is. */
    private static HttpServer ours() throws IOException {
        Registry registry =
                new Registry(
                        new Settings(Duration.ofSeconds(10), 4, 10_000), Duration.ofSeconds(5));
        registry.add("benchmark", new Source10k());
        var handler = new PageRoute(registry).route().handler();
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newFixedThreadPool(2));
        server.createContext(
                "/metrics",
                exchange -> {
                    ScriptedRequest request = new ScriptedRequest();
                    exchange.getRequestHeaders()
                            .forEach((name, values) -> request.header(name, values.get(0)));
                    try {
                        Reply reply = handler.answer(request);
                        reply.headers().forEach(exchange.getResponseHeaders()::set);
                        exchange.getResponseHeaders().set("Content-Type", reply.contentType());
                        exchange.sendResponseHeaders(200, 0);
                        reply.body().write(exchange.getResponseBody());
                        exchange.getResponseBody().close();
                    } catch (ProblemException e) {
                        throw new IOException(e);
                    }
                });
        server.start();
        return server;
    }

    private static HTTPServer theirs() throws IOException {
        PrometheusRegistry registry = new PrometheusRegistry();
        for (int f = 0; f < FAMILIES; f++) {
            fill(registry, f);
        }
        return HTTPServer.builder()
                .hostname("127.0.0.1")
                .port(0)
                .registry(registry)
                .executorService(Executors.newFixedThreadPool(2))
                .buildAndStart();
    }

    private static void fill(PrometheusRegistry registry, int f) {
        if (f % 2 == 0) {
            Counter counter =
                    Counter.builder()
                            .name(name(f))
                            .help("Things that were counted.")
                            .labelNames("namespace", "pod")
                            .withoutExemplars()
                            .register(registry);
            for (int i = 0; i < SERIES; i++) {
                counter.labelValues(namespace(i), pod(i)).inc(value(f, i));
            }
        } else {
            Gauge gauge =
                    Gauge.builder()
                            .name(name(f))
                            .help("Things that go up and down.")
                            .labelNames("namespace", "pod")
                            .withoutExemplars()
                            .register(registry);
            for (int i = 0; i < SERIES; i++) {
                gauge.labelValues(namespace(i), pod(i)).set(value(f, i));
            }
        }
    }

    /** Counters of whole numbers, gauges with three places. */
    private static double value(int f, int i) {
        return f % 2 == 0 ? i * 7919L + f : i * 0.125 + f + 0.001 * (i % 7);
    }

    private static String name(int f) {
        return f % 2 == 0 ? "benchmark_events_" + f + "_total" : "benchmark_level_" + f;
    }

    private static String namespace(int i) {
        return "namespace-" + i % 20;
    }

    private static String pod(int i) {
        return "deployment-7d9f8b6c5-" + i;
    }

    /** The same series as theirs: label values are at hand there too. */
    private static final class Source10k implements MetricSource {
        private final List<Family> families = new ArrayList<>();
        private final String[] namespaces = new String[SERIES];
        private final String[] pods = new String[SERIES];

        Source10k() {
            for (int f = 0; f < FAMILIES; f++) {
                families.add(
                        f % 2 == 0
                                ? Family.counter(
                                        name(f), "Things that were counted.", "namespace", "pod")
                                : Family.gauge(
                                        name(f), "Things that go up and down.", "namespace", "pod"));
            }
            for (int i = 0; i < SERIES; i++) {
                namespaces[i] = namespace(i);
                pods[i] = pod(i);
            }
        }

        @Override
        public List<Family> families() {
            return families;
        }

        @Override
        public void collect(Samples out) {
            for (int f = 0; f < FAMILIES; f++) {
                Family family = families.get(f);
                for (int i = 0; i < SERIES; i++) {
                    out.add(family, value(f, i), namespaces[i], pods[i]);
                }
            }
        }
    }
}
