import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One start of one process: the time from exec until it answers, the CPU time that it took until
 * then, the memory that it holds when it has been idle for a while. Adds a line to the results and
 * ends the process, by its id.
 *
 * <pre>OneStart WHAT START RESULTS LOG IDLE_SECONDS (ready HOME | ssh PORT) COMMAND…</pre>
 */
final class OneStart {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final long STOP_SECONDS = 30;
    private static final Pattern HEALTH_PORT = Pattern.compile("\"health\".*?\"port\": *(\\d+)");

    private OneStart() {}

    public static void main(String[] words) throws Exception {
        String what = words[0];
        String start = words[1];
        Path results = Path.of(words[2]);
        Path log = Path.of(words[3]);
        long idleSeconds = Long.parseLong(words[4]);
        Probe probe =
                words[5].equals("ready")
                        ? new Ready(Path.of(words[6]))
                        : new Ssh(Integer.parseInt(words[6]));
        List<String> command = Arrays.asList(words).subList(7, words.length);

        long begin = System.nanoTime();
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(log.toFile())
                        .start();
        Thread guard = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(guard);
        long readyNanos = await(probe, process, begin, log);
        long cpuMillis = cpuMillis(process.pid());
        TimeUnit.SECONDS.sleep(idleSeconds);
        long rssKib = rssKib(process.pid());
        end(process, what);
        Runtime.getRuntime().removeShutdownHook(guard);

        String line =
                String.join(
                        "\t",
                        what,
                        start,
                        Long.toString(readyNanos / 1_000_000),
                        Long.toString(cpuMillis),
                        Long.toString(rssKib));
        Files.writeString(
                results, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        System.out.printf(
                "%-34s %-5s ready %5d ms, CPU %6d ms, RSS %4d MiB%n",
                what, start, readyNanos / 1_000_000, cpuMillis, rssKib / 1024);
    }

    private static long await(Probe probe, Process process, long begin, Path log) throws Exception {
        while (!probe.answers()) {
            if (!process.isAlive()) {
                throw new IllegalStateException(
                        Files.readString(log) + "\nit ended with the code " + process.exitValue());
            }
            if (System.nanoTime() - begin > DEADLINE_NANOS) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        Files.readString(log) + "\nit does not answer within 120 s");
            }
            TimeUnit.NANOSECONDS.sleep(POLL_NANOS);
        }
        return System.nanoTime() - begin;
    }

    private static void end(Process process, String what) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            System.err.println(what + " did not end within " + STOP_SECONDS + " s and is killed");
            process.destroyForcibly().waitFor();
        }
    }

    /**
     * User and system time of all its threads, from proc(5): in ticks, of which Linux gives 100 a
     * second.
     */
    private static long cpuMillis(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return 10 * (Long.parseLong(afterName[11]) + Long.parseLong(afterName[12]));
    }

    private static long rssKib(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no VmRSS of " + pid);
    }

    private interface Probe {
        boolean answers() throws IOException;
    }

    /** Drover: /ready says 200, on the port that run/ports.json names. */
    private record Ready(Path home) implements Probe {
        @Override
        public boolean answers() {
            try {
                Matcher port =
                        HEALTH_PORT.matcher(Files.readString(home.resolve("run/ports.json")));
                return port.find()
                        && firstLine(Integer.parseInt(port.group(1)), "GET /ready HTTP/1.0\r\n\r\n")
                                .contains(" 200 ");
            } catch (IOException notYet) {
                return false;
            }
        }
    }

    /** Karaf: the SSH server introduces itself. */
    private record Ssh(int port) implements Probe {
        @Override
        public boolean answers() {
            try {
                return firstLine(port, "").startsWith("SSH-");
            } catch (IOException notYet) {
                return false;
            }
        }
    }

    private static String firstLine(int port, String request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(2_000);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
                line.append((char) next);
            }
            return line.toString();
        }
    }
}
