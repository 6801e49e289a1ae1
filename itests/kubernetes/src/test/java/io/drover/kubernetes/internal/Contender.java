package io.drover.kubernetes.internal;

import io.drover.testing.FaultProxy;
import java.io.IOException;
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
    private final FaultProxy proxy;
    private Process process;
    private int life;
    private Path journal;

    /**
     * @param times lease seconds, renew deadline, retry and write time-out in milliseconds
     * @param rate of its monotonic clock
     * @param offset of its time of day, in seconds
     */
    Contender(ApiServer server, String name, List<String> times, double rate, long offset)
            throws IOException {
        this.server = server;
        this.name = name;
        this.times = times;
        this.rate = rate;
        this.offset = offset;
        this.proxy = server.proxy();
    }

    void start() throws IOException {
        life++;
        String me = name + "-" + life;
        journal = server.folder().resolve(me + ".journal");
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
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(server.folder().resolve(me + ".log").toFile())
                        .start();
    }

    String name() {
        return name;
    }

    FaultProxy proxy() {
        return proxy;
    }

    boolean runs() {
        return process != null && process.isAlive();
    }

    /** How much it has decided so far: grows while it leads. */
    long decided() {
        try {
            return journal == null || !Files.exists(journal) ? 0 : Files.size(journal);
        } catch (IOException e) {
            throw new AssertionError(e);
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
        }
        proxy.close();
    }
}
