package io.drover.conntrack.internal.table;

import com.sun.management.ThreadMXBean;
import io.drover.conntrack.internal.codec.ConntrackMessage;
import io.drover.conntrack.internal.codec.Decoder;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Heap of a million connections, time of a lookup among 131 k, allocation per event. */
public final class Footprint {

    private static final int MILLION = 1_000_000;
    private static final int LOOKUPS = 131_072;

    private Footprint() {}

    public static void main(String[] arguments) {
        ConnectionTable table = new ConnectionTable(1 << 20, false, new TableCounters());
        table.now(1_700_000_000);
        int namespace = table.namespace(1);
        Source source = new Source();
        fill(new ConnectionTable(1 << 20, false, new TableCounters()), source, 100_000);
        long before = used();
        fill(table, source, MILLION);
        long after = used();
        System.out.printf("bytes per connection, 1 M entries %.1f%n", (double) (after - before) / table.size());

        ConnectionTable small = new ConnectionTable(1 << 18, false, new TableCounters());
        fill(small, source, LOOKUPS);
        lookUp(small, "lookup ns, hit, 131 k entries", true, namespace);
        lookUp(small, "lookup ns, miss, 131 k entries", false, namespace);
        System.out.printf("yardstick: ns of a load that waits for the one before, 8 MB %.1f%n", yardstick());
        allocation(source);
        if (table.size() != MILLION) {
            throw new AssertionError(table.size());
        }
    }

    private static void fill(ConnectionTable table, Source source, int count) {
        int namespace = table.namespace(1);
        for (int i = 0; i < count; i++) {
            table.event(source.message(i), namespace);
        }
    }

    private static void lookUp(ConnectionTable table, String what, boolean hit, int namespace) {
        FlowTable flows = table.of(Layout.IPV4);
        long[] key = new long[Layout.IPV4.width];
        long[] into = new long[Layout.IPV4.width];
        Random random = new Random(1);
        int[] order = random.ints(LOOKUPS, 0, LOOKUPS).toArray();
        double best = Double.MAX_VALUE;
        long found = 0;
        for (int round = 0; round < 40; round++) {
            long began = System.nanoTime();
            for (int which : order) {
                key[0] = (long) (0x0a000000 + which) << 32 | 0xac100001L;
                key[Layout.IPV4.ports] = (long) (4000 << 16 | (hit ? 80 : 81)) << 32;
                key[Layout.IPV4.meta] = 17L << 56 | (long) namespace << 8;
                if (flows.lookUp(key, 0, into) >= 0) {
                    found++;
                }
            }
            best = Math.min(best, (double) (System.nanoTime() - began) / LOOKUPS);
        }
        if (found != (hit ? 40L * LOOKUPS : 0)) {
            throw new AssertionError(found);
        }
        System.out.printf("%s %.1f%n", what, best);
    }

    /** What the memory of this machine gives now: a hit waits for two such loads, of the reference and of the record. */
    private static double yardstick() {
        int[] next = new int[2 << 20];
        int[] order = new Random(1).ints(0, next.length / 16).distinct().limit(next.length / 16).toArray();
        for (int i = 0; i < order.length; i++) {
            next[order[i] * 16] = order[(i + 1) % order.length] * 16;
        }
        double best = Double.MAX_VALUE;
        int at = 0;
        for (int round = 0; round < 20; round++) {
            long began = System.nanoTime();
            for (int i = 0; i < order.length; i++) {
                at = next[at];
            }
            best = Math.min(best, (double) (System.nanoTime() - began) / order.length);
        }
        if (at < 0) {
            throw new AssertionError(at);
        }
        return best;
    }

    private static void allocation(Source source) {
        ConnectionTable table = new ConnectionTable(1 << 20, false, new TableCounters());
        fill(table, source, 500_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(self);
        long began = System.nanoTime();
        fill(table, source, 500_000);
        long elapsed = System.nanoTime() - began;
        System.out.printf(
                "bytes allocated per event, parse and table, 500 k events %.3f%n",
                (double) (threads.getThreadAllocatedBytes(self) - before) / 500_000);
        System.out.printf("ns per event, parse and table, cold data %.1f%n", (double) elapsed / 500_000);
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Messages as the kernel writes them, one buffer for all. */
    private static final class Source {

        private static final int SOURCE = 16 + 4 + 4 + 4 + 4;
        private static final int REPLY = 52;
        private final ByteBuffer bytes = ByteBuffer.allocateDirect(148).order(ByteOrder.nativeOrder());
        private final Decoder decoder = new Decoder();
        private final ConntrackMessage message = new ConntrackMessage();

        Source() {
            bytes.putInt(148).putShort((short) 0x100).putShort((short) 0x600).putLong(0).putInt(2);
            tuple(1, 0, 0xac100001, 4000, 80);
            tuple(2, 0xac100001, 0, 80, 4000);
            word(12, 77);
            word(3, 8);
            word(7, 30);
        }

        private void tuple(int type, int from, int to, int fromPort, int toPort) {
            bytes.putShort((short) 52).putShort((short) (0x8000 | type));
            bytes.putShort((short) 20).putShort((short) 0x8001);
            word(1, from);
            word(2, to);
            bytes.putShort((short) 28).putShort((short) 0x8002);
            bytes.putShort((short) 5).putShort((short) 1).put((byte) 17).put(new byte[3]);
            half(2, fromPort);
            half(3, toPort);
        }

        private void word(int type, int value) {
            bytes.putShort((short) 8).putShort((short) type).putInt(Integer.reverseBytes(value));
        }

        private void half(int type, int value) {
            bytes.putShort((short) 6).putShort((short) type);
            bytes.putShort(Short.reverseBytes((short) value)).putShort((short) 0);
        }

        ConntrackMessage message(int number) {
            int address = Integer.reverseBytes(0x0a000000 + number);
            bytes.putInt(SOURCE, address);
            bytes.putInt(SOURCE + REPLY + 8, address);
            bytes.clear();
            decoder.begin(bytes);
            if (decoder.next(message) != Decoder.Outcome.ENTRY) {
                throw new AssertionError(number);
            }
            return message;
        }
    }
}
