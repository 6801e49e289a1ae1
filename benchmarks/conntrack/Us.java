package io.drover.conntrack.internal;

import io.drover.api.conntrack.Resolution;
import io.drover.api.conntrack.Tuple;
import io.drover.api.status.State;
import io.drover.kernel.internal.NativeCalls;
import io.drover.kernel.internal.NetlinkSockets;
import io.drover.testing.Configured;
import io.drover.testing.RecordedSamples;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * The bundles kernel and conntrack as the agent has them, without the agent, in the namespace of this process. Commands come
 * on standard input, one a line: {@code stats}, {@code swap N}, {@code latency N}, {@code end}; each is answered with one
 * line of JSON. Arguments: a folder, then KEY=VALUE of conntrack's configuration.
 */
public final class Us {

    private final NetlinkSockets sockets;
    private final Map<String, Object> keys;
    private final long gcBefore = collections();
    private ConntrackComponent conntrack;
    private long eventsBefore;
    private long lostBefore;

    private Us(NetlinkSockets sockets, Map<String, Object> keys) {
        this.sockets = sockets;
        this.keys = keys;
    }

    public static void main(String[] arguments) throws Exception {
        NativeCalls calls = NativeCalls.load(List.of(Path.of(arguments[0])));
        var clock = Executors.newSingleThreadScheduledExecutor();
        NetlinkSockets sockets = new NetlinkSockets(8, Duration.ofMinutes(1), clock);
        Us us = new Us(sockets, keys(arguments));
        us.start();
        System.out.println("ready");
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "stats" -> us.stats();
                case "swap" -> us.swap(Integer.parseInt(words[1]));
                case "latency" -> us.latency(Integer.parseInt(words[1]));
                default -> {
                    us.conntrack.stop();
                    sockets.stop(Duration.ofSeconds(5));
                    System.exit(0);
                }
            }
        }
        System.exit(0);
    }

    private static Map<String, Object> keys(String[] arguments) {
        Map<String, Object> keys = new HashMap<>();
        for (String pair : Arrays.asList(arguments).subList(1, arguments.length)) {
            String[] parts = pair.split("=", 2);
            String value = parts[1];
            keys.put(
                    parts[0],
                    value.matches("true|false")
                            ? (Object) Boolean.valueOf(value)
                            : value.matches("[0-9]+")
                                    ? parts[0].endsWith("_interval_ms") && !parts[0].startsWith("drain")
                                            ? (Object) Long.valueOf(value)
                                            : Integer.valueOf(value)
                                    : value);
        }
        return keys;
    }

    private void start() throws Exception {
        conntrack = new ConntrackComponent(Configured.with(ConntrackConfig.class, keys));
        conntrack.bindNetlink(sockets);
        awaitWhole();
    }

    private void awaitWhole() throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!whole()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(conntrack.steps());
            }
            Thread.sleep(1);
        }
    }

    private boolean whole() {
        return conntrack.steps().get(0).status().state() == State.ACTIVE;
    }

    private void stats() throws Exception {
        RecordedSamples samples = new RecordedSamples();
        conntrack.collect(samples);
        Map<String, Double> series = samples.values();
        System.out.printf(
                "{\"events\":%d,\"lost\":%d,\"table\":%d,\"state\":\"%s\",\"resync_seconds\":%.4f,\"resyncs\":%.0f,\"corrections\":%.0f,\"fill_max\":%.0f,\"gc\":%d}%n",
                eventsBefore + (long) conntrack.facts().get("events"),
                lostBefore + (long) conntrack.facts().get("lost"),
                conntrack.size(),
                conntrack.steps().get(0).status().state(),
                series.get("drover_conntrack_resync_seconds_total"),
                series.entrySet().stream()
                        .filter(e -> e.getKey().startsWith("drover_conntrack_resyncs_total"))
                        .mapToDouble(Map.Entry::getValue)
                        .sum(),
                series.get("drover_conntrack_table_corrections_total{by=\"reading\"}"),
                series.get("drover_conntrack_receive_buffer_fill_max_bytes"),
                collections() - gcBefore);
    }

    /** Replaces the component as an update of its bundle does; the classes stay, so this is the warm case. */
    private void swap(int times) throws Exception {
        long longest = 0;
        for (int i = 0; i < times; i++) {
            long began = System.nanoTime();
            conntrack.stop();
            eventsBefore += (long) conntrack.facts().get("events");
            lostBefore += (long) conntrack.facts().get("lost");
            start();
            longest = Math.max(longest, System.nanoTime() - began);
        }
        System.out.printf("{\"swaps\":%d,\"longest_ms\":%.1f}%n", times, longest / 1e6);
    }

    /** From the packet to the answer of resolve, in microseconds. */
    private void latency(int times) throws Exception {
        long[] micros = new long[times];
        try (DatagramChannel channel = DatagramChannel.open()) {
            InetAddress self = InetAddress.getByName("127.0.0.1");
            channel.bind(new InetSocketAddress(self, 0));
            int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
            ByteBuffer byteOne = ByteBuffer.allocateDirect(1);
            for (int i = 0; i < times; i++) {
                Thread.sleep(i % 7 * 40L);
                InetAddress to =
                        InetAddress.getByAddress(
                                new byte[] {127, (byte) 200, (byte) (i >> 8), (byte) i});
                Tuple tuple = new Tuple(self, port, to, 9);
                byteOne.clear();
                long sent = System.nanoTime();
                channel.send(byteOne, new InetSocketAddress(to, 9));
                while (conntrack.resolve(17, tuple, 0, 0) instanceof Resolution.Unknown) {
                    Thread.onSpinWait();
                }
                micros[i] = (System.nanoTime() - sent) / 1000;
            }
        }
        Arrays.sort(micros);
        System.out.printf(
                "{\"p50_us\":%d,\"p90_us\":%d,\"max_us\":%d}%n",
                micros[times / 2], micros[times * 9 / 10], micros[times - 1]);
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }
}
