import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CPU time of a running agent for the same number of scrapes, with its ring off and on in turns
 * (off, on, on, off, …), so that a drift falls on both.
 *
 * <pre>Overhead PID PROGRAM HOME PAIRS REQUESTS</pre>
 */
final class Overhead {

    private static final Pattern PORT =
            Pattern.compile("\"metrics\".*?\"port\": *(\\d+)", Pattern.DOTALL);
    private static final int TICKS_PER_SECOND = 100;
    private static final int RESAMPLES = 10_000;
    private static final long SETTLE_MILLIS = 700;
    private static final long IDLE_MILLIS = 10_000;

    private final long pid;
    private final String program;
    private final String home;
    private final int requests;
    private final int port;

    private Overhead(String[] words) throws IOException {
        pid = Long.parseLong(words[0]);
        program = words[1];
        home = words[2];
        requests = Integer.parseInt(words[4]);
        Matcher found = PORT.matcher(Files.readString(Path.of(home, "run", "ports.json")));
        if (!found.find()) {
            throw new IOException("run/ports.json names no metrics port");
        }
        port = Integer.parseInt(found.group(1));
    }

    public static void main(String[] words) throws Exception {
        new Overhead(words).run(Integer.parseInt(words[3]));
    }

    private void run(int pairs) throws Exception {
        window(); // The compiler has work to do first.
        window();
        System.out.printf(Locale.ROOT, "RSS idle, never on: %.1f MiB%n", restingMemory());
        long begin = System.nanoTime();
        ring("on");
        System.out.printf(
                Locale.ROOT,
                "the first time on took %.2f s, with the start of the program that asks%n",
                (System.nanoTime() - begin) / 1e9);
        window();
        System.out.printf(Locale.ROOT, "RSS idle, on:       %.1f MiB%n", restingMemory());
        ring("off");
        window();
        double[] ratios = new double[pairs];
        double off = 0;
        double on = 0;
        for (int i = 0; i < pairs; i++) {
            boolean offFirst = i % 2 == 0;
            double first = measured(offFirst ? "off" : "on");
            double second = measured(offFirst ? "on" : "off");
            double without = offFirst ? first : second;
            double with = offFirst ? second : first;
            off += without;
            on += with;
            ratios[i] = with / without;
        }
        System.out.printf(
                Locale.ROOT,
                "%d pairs of %d scrapes: CPU %.3f ms a scrape off, %.3f ms on%n",
                pairs,
                requests,
                1000 * off / pairs / requests,
                1000 * on / pairs / requests);
        double[] interval = interval(ratios);
        System.out.printf(
                Locale.ROOT,
                "overhead: %+.2f %% (mean of all), 95 %% interval of the mean ratio %+.2f to %+.2f %%%n",
                100 * (on / off - 1),
                100 * (interval[0] - 1),
                100 * (interval[1] - 1));
        ring("on");
        double idleOn = idleCpu();
        ring("off");
        double idleOff = idleCpu();
        System.out.printf(
                Locale.ROOT,
                "idle: %.2f %% of a core off, %.2f %% on%n",
                100 * idleOff,
                100 * idleOn);
    }

    private double measured(String state) throws Exception {
        ring(state);
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        return window();
    }

    private double restingMemory() throws Exception {
        TimeUnit.MILLISECONDS.sleep(IDLE_MILLIS);
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
            }
        }
        throw new IOException("no VmRSS");
    }

    private double idleCpu() throws Exception {
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        double before = cpuSeconds();
        TimeUnit.MILLISECONDS.sleep(IDLE_MILLIS);
        return (cpuSeconds() - before) * 1000 / IDLE_MILLIS;
    }

    /** As a person does it. */
    private void ring(String state) throws Exception {
        Process verb =
                new ProcessBuilder(program, "profiling", state, "--home", home)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (verb.waitFor() != 0) {
            throw new IOException("profiling " + state + " gave " + verb.exitValue());
        }
    }

    /** So many scrapes over one connection. Returns the agent's CPU time in seconds. */
    private double window() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            byte[] request =
                    ("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII);
            OutputStream out = socket.getOutputStream();
            Answer answer = new Answer(socket.getInputStream());
            double before = cpuSeconds();
            for (int i = 0; i < requests; i++) {
                out.write(request);
                out.flush();
                answer.read();
            }
            return cpuSeconds() - before;
        }
    }

    private double cpuSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) TICKS_PER_SECOND;
    }

    /** The bootstrap's: of the mean of as many ratios, drawn anew with replacement. */
    private static double[] interval(double[] ratios) {
        Random random = new Random(1);
        double[] means = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            double sum = 0;
            for (int j = 0; j < ratios.length; j++) {
                sum += ratios[random.nextInt(ratios.length)];
            }
            means[i] = sum / ratios.length;
        }
        Arrays.sort(means);
        return new double[] {means[RESAMPLES / 40], means[RESAMPLES - RESAMPLES / 40]};
    }

    /** Reads answers of either kind, by length or in chunks, and forgets them. */
    private static final class Answer {

        private final InputStream in;
        private final byte[] buffer = new byte[65_536];
        private int at;
        private int end;

        Answer(InputStream in) {
            this.in = in;
        }

        void read() throws IOException {
            long length = -1;
            List<String> head = new ArrayList<>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                head.add(line);
                if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    length = Long.parseLong(line.substring(15).strip());
                }
            }
            if (head.isEmpty() || !head.get(0).contains(" 200 ")) {
                throw new IOException("not answered with 200: " + head);
            }
            if (length >= 0) {
                skip(length);
                return;
            }
            for (long chunk = chunk(); chunk > 0; chunk = chunk()) {
                skip(chunk);
                line();
            }
            line();
        }

        private long chunk() throws IOException {
            return Long.parseLong(line().replaceFirst(";.*", "").strip(), 16);
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = next(); c != '\n'; c = next()) {
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }

        private int next() throws IOException {
            if (at == end) {
                fill();
            }
            return buffer[at++];
        }

        private void skip(long bytes) throws IOException {
            long left = bytes;
            while (left > 0) {
                if (at == end) {
                    fill();
                }
                int taken = (int) Math.min(left, end - at);
                at += taken;
                left -= taken;
            }
        }

        private void fill() throws IOException {
            at = 0;
            end = in.read(buffer);
            if (end < 0) {
                throw new IOException("the connection was closed");
            }
        }
    }
}
