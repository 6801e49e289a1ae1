package io.drover.kubernetes.internal;

import io.drover.testing.FaultProxy;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One {@link FailoverCandidate} as a process of its own, behind a proxy of its own. */
final class Contender implements AutoCloseable {

    private final ApiServer server;
    private final String name;
    private final List<String> times;
    private final double rate;
    private final long offset;
    private final boolean looksAtTerms;
    private final FaultProxy proxy;
    private Process process;
    private int life;
    private Path journal;
    private Path log;
    private long position;
    private int writes;
    private long term;

    /**
     * @param times lease seconds, renew deadline, retry and write time-out in milliseconds
     * @param rate of its monotonic clock
     * @param offset by how much its time of day jumps, in seconds
     * @param looksAtTerms whether it refuses by itself to write over a later term
     */
    Contender(
            ApiServer server,
            String name,
            List<String> times,
            double rate,
            long offset,
            boolean looksAtTerms)
            throws IOException {
        this.server = server;
        this.name = name;
        this.times = times;
        this.rate = rate;
        this.offset = offset;
        this.looksAtTerms = looksAtTerms;
        this.proxy = server.proxy();
    }

    void start() throws IOException {
        life++;
        String me = name + "-" + life;
        journal = server.folder().resolve(me + ".journal");
        log = server.folder().resolve(me + ".log");
        position = 0;
        writes = 0;
        term = -1;
        List<String> command =
                new ArrayList<>(
                        List.of(
                                ProcessHandle.current().info().command().orElse("java"),
                                "-Xmx48m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xshare:auto",
                                "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2",
                                "-cp",
                                // Surefire's own JVM has a jar of one manifest as its class path.
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                FailoverCandidate.class.getName(),
                                me,
                                server.kubeconfig(proxy, name).toString(),
                                journal.toString()));
        command.addAll(times);
        command.add(String.valueOf(rate));
        command.add(String.valueOf(offset));
        command.add(String.valueOf(looksAtTerms));
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
    }

    String name() {
        return name;
    }

    double rate() {
        return rate;
    }

    /** Where its present life notes what it decides. */
    Path journal() {
        return journal;
    }

    FaultProxy proxy() {
        return proxy;
    }

    boolean runs() {
        return process != null && process.isAlive();
    }

    /** How many writes of its present life the API server has confirmed. */
    int writes() {
        read();
        return writes;
    }

    /** The newest term in which one of these was; -1 before the first. */
    long term() {
        read();
        return term;
    }

    /** What its journal has got since it was read last; a line that is not whole yet waits. */
    private void read() {
        if (!Files.exists(journal)) {
            return;
        }
        try (RandomAccessFile file = new RandomAccessFile(journal.toFile(), "r")) {
            byte[] bytes = new byte[Math.toIntExact(file.length() - position)];
            file.seek(position);
            file.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            int whole = text.lastIndexOf('\n') + 1;
            position += whole; // all of it is ASCII
            text.substring(0, whole)
                    .lines()
                    .filter(line -> line.startsWith("W "))
                    .forEach(this::wrote);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void wrote(String line) {
        writes++;
        term = Math.max(term, Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)));
    }

    /** The end of its log, for whoever has to find out why. */
    String diagnosis() {
        try {
            List<String> lines = Files.readAllLines(log);
            return name
                    + (runs() ? " runs" : " does not run")
                    + ", "
                    + proxy.requests()
                    + " requests, term "
                    + term
                    + ":\n  "
                    + String.join(
                            "\n  ", lines.subList(Math.max(0, lines.size() - 8), lines.size()));
        } catch (IOException e) {
            return name + " has no log: " + e;
        }
    }

    void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
    }

    void awaitEnd() throws InterruptedException {
        process.waitFor();
    }

    @Override
    public void close() throws IOException {
        if (process != null) {
            process.destroyForcibly();
            process.onExit().join(); // what it has done is complete then
        }
        proxy.close();
    }
}
