package io.drover.conntrack.internal.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.drover.conntrack.internal.codec.ConntrackMessage;
import io.drover.conntrack.internal.codec.ConntrackMessage.Kind;
import io.drover.conntrack.internal.codec.Messages;
import io.drover.conntrack.internal.table.FlowTable.Change;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlowTableTest {

    private static final int MAX = 5000;
    private final TableCounters counters = new TableCounters();

    @Test
    void findsAConnectionByEitherDirection() {
        FlowTable table = new FlowTable(Layout.IPV4, MAX, 1, true, counters);
        ConntrackMessage message = udp(1).answeredBy(99, 53).message();
        table.put(message, 0, true);
        long[] key = key(message);
        long[] found = new long[Layout.IPV4.width];

        assertThat(table.lookUp(key, 0, found)).isZero();
        assertThat(table.lookUp(key, 1, found)).isEqualTo(1);
        assertThat(Addresses.connection(Layout.IPV4, found, 7).reply().source().getHostAddress())
                .isEqualTo("0.0.0.99");
    }

    @Test
    void setsApartEqualTuplesOfOtherZonesNamespacesAndProtocols() {
        FlowTable table = new FlowTable(Layout.IPV4, MAX, 1, true, counters);
        table.put(udp(1).message(), 0, true);
        table.put(udp(1).message(), 1, true);
        table.put(udp(1).zone(3).message(), 0, true);
        table.put(udp(1).protocol(6).message(), 0, true);

        assertThat(table.size()).isEqualTo(4);
    }

    @Test
    void keepsAConnectionWhoseFormerLifeIsToldToHaveEndedLate() {
        FlowTable table = new FlowTable(Layout.IPV4, MAX, 1, true, counters);
        table.put(udp(1).id(2).message(), 0, true);

        assertThat(table.remove(udp(1).id(1).message(), 0)).isEqualTo(Change.NONE);
        assertThat(table.remove(udp(1).id(2).message(), 0)).isEqualTo(Change.REMOVED);
    }

    @Test
    void letsANewConnectionTakeAKeyFromOneWhoseEndWasMissed() {
        FlowTable table = new FlowTable(Layout.IPV4, MAX, 1, true, counters);
        table.put(udp(1).answeredBy(99, 53).message(), 0, true);
        table.put(udp(2).answeredBy(99, 53).answeredTo(1, 1000).message(), 0, true);

        assertThat(table.size()).isEqualTo(1);
        assertThat(counters.superseded()).isEqualTo(1);
    }

    @Test
    void believesAnEventMoreThanTheDumpThatRuns() {
        FlowTable table = new FlowTable(Layout.IPV4, MAX, 1, true, counters);
        table.put(udp(1).message(), 0, true);
        table.beginDump();
        table.remove(udp(1).message(), 0);
        table.remove(udp(2).message(), 0);
        table.put(udp(3).mark(2).message(), 0, true);

        table.put(udp(1).ofDump().message(), 0, false);
        table.put(udp(2).ofDump().message(), 0, false);
        table.put(udp(3).mark(1).ofDump().message(), 0, false);

        assertThat(table.size()).isEqualTo(1);
        assertThat(table.endDump(false)).isZero();
        assertThat(table.used()).isEqualTo(1);
        long[] found = new long[Layout.IPV4.width];
        table.lookUp(key(udp(3).message()), 0, found);
        assertThat(Addresses.connection(Layout.IPV4, found, 0).mark()).isEqualTo(2);
    }

    @Test
    void removesWhatAWholeDumpDoesNotTellOfAndNothingAfterABrokenOne() {
        FlowTable table = new FlowTable(Layout.IPV4, MAX, 1, true, counters);
        table.put(udp(1).message(), 0, true);
        table.put(udp(2).message(), 0, true);

        table.beginDump();
        table.put(udp(1).ofDump().message(), 0, false);
        table.abandonDump();
        assertThat(table.size()).isEqualTo(2);

        table.beginDump();
        table.put(udp(1).ofDump().message(), 0, false);
        assertThat(table.endDump(false)).isEqualTo(1);
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void holdsAConnectionThatMirrorsItself() {
        FlowTable table = new FlowTable(Layout.IPV4, MAX, 1, true, counters);
        ConntrackMessage loop = Messages.of(Kind.NEW, false, 1, 0, 1, 0).protocol(47).message();

        assertThat(table.put(loop, 0, true)).isEqualTo(Change.ADDED);
        assertThat(table.put(loop, 0, true)).isEqualTo(Change.CHANGED);
        assertThat(table.remove(loop, 0)).isEqualTo(Change.REMOVED);
        assertThat(table.used()).isZero();
    }

    /** Few addresses, ports and ids, so that connections collide in every way. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithAModelOfObjects(long seed) {
        for (Layout layout : Layout.values()) {
            Random random = new Random(seed);
            FlowTable table = new FlowTable(layout, MAX, seed, true, counters);
            Model model = new Model(layout);
            for (int step = 0; step < 10_000; step++) {
                step(random, layout, table, model);
                assertThat(table.size()).as("step %s", step).isEqualTo(model.live());
                if (step % 50 == 0) {
                    model.compare(table);
                }
            }
            model.compare(table);
        }
    }

    private static void step(Random random, Layout layout, FlowTable table, Model model) {
        int kind = random.nextInt(1000);
        if (kind == 0) {
            table.beginDump();
            model.beginDump();
        } else if (kind == 1 && model.dumping) {
            assertThat(table.endDump(false)).isEqualTo(model.endDump());
        } else if (kind == 2 && model.dumping) {
            table.abandonDump();
            model.abandonDump();
        } else if (kind < 300) {
            ConntrackMessage message = random(random, layout, Kind.DESTROY);
            assertThat(table.remove(message, 0)).isEqualTo(model.remove(message));
        } else if (kind < 500 && model.dumping) {
            ConntrackMessage message = random(random, layout, Kind.NEW);
            assertThat(table.put(message, 0, false)).isEqualTo(model.put(message, false));
        } else {
            ConntrackMessage message = random(random, layout, Kind.NEW);
            assertThat(table.put(message, 0, true)).isEqualTo(model.put(message, true));
        }
    }

    private static ConntrackMessage random(Random random, Layout layout, Kind kind) {
        Messages made =
                Messages.of(
                        kind,
                        layout == Layout.IPV6,
                        random.nextInt(6),
                        random.nextInt(4),
                        random.nextInt(6),
                        random.nextInt(4));
        if (random.nextInt(3) == 0) {
            made.answeredBy(random.nextInt(6), random.nextInt(4));
        }
        if (random.nextInt(2) == 0) {
            made.id(1 + random.nextInt(2));
        }
        return made.mark(random.nextInt()).message();
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void growsAndGivesBackItsRecords(Layout layout) {
        FlowTable table = new FlowTable(layout, 300_000, 3, true, counters);
        boolean ipv6 = layout == Layout.IPV6;
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 300_000; i++) {
                table.put(Messages.of(Kind.NEW, ipv6, i, 1, 5, 53).message(), 0, true);
            }
            assertThat(table.size()).isEqualTo(300_000);
            for (int i = 0; i < 300_000; i++) {
                table.remove(Messages.of(Kind.DESTROY, ipv6, i, 1, 5, 53).message(), 0);
            }
            assertThat(table.used()).isZero();
        }
        assertThat(table.highWater()).isEqualTo(300_000);
    }

    @Test
    void evictsInTurnAndNotTheNewest() {
        FlowTable table = new FlowTable(Layout.IPV4, 101, 3, true, counters);
        long[] found = new long[Layout.IPV4.width];
        for (int i = 0; i < 1000; i++) {
            table.put(udp(i).message(), 0, true);
            if (table.used() > 100) {
                assertThat(table.evict()).isTrue();
            }
            assertThat(table.lookUp(key(udp(i).message()), 0, found)).isZero();
        }
        assertThat(table.size()).isEqualTo(100);
    }

    @Test
    void showsReadersWholeRecordsWhileItIsWritten() throws Exception {
        FlowTable table = new FlowTable(Layout.IPV6, MAX, 9, true, counters);
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Long> reader =
                CompletableFuture.supplyAsync(() -> readUntil(stop, table));
        Random random = new Random(5);
        for (int i = 0; i < 1_000_000; i++) {
            int number = random.nextInt(2000);
            Messages made = Messages.of(Kind.NEW, true, number, number, number * 3L, 53);
            if (random.nextInt(3) == 0) {
                table.remove(made.message(), 0);
            } else {
                table.put(made.mark(number).status(number).message(), 0, true);
            }
            if (i == 100) {
                // So that the reader is at work before the writer is done.
                assertThat(reader.isDone()).isFalse();
            }
        }
        stop.set(true);

        assertThat(reader.get(30, TimeUnit.SECONDS)).isPositive();
    }

    /** Each number of a record follows from its source: a torn copy does not fit. */
    private static long readUntil(AtomicBoolean stop, FlowTable table) {
        Layout layout = Layout.IPV6;
        long[] record = new long[layout.width];
        long[] found = new long[layout.width];
        long seen = 0;
        do {
            for (int i = 0; i < table.highWater(); i++) {
                if (!table.copy(i, record)) {
                    continue;
                }
                long number = record[1];
                assertThat(record[3]).isEqualTo(3 * number);
                assertThat(record[layout.marks]).isEqualTo(number << 32 | number);
                if (table.lookUp(record, 0, found) == 0) {
                    assertThat(found[1]).isEqualTo(number);
                    assertThat(found[layout.marks]).isEqualTo(number << 32 | number);
                }
                seen++;
            }
        } while (!stop.get());
        return seen;
    }

    @Test
    void allocatesNothingForAConnection() {
        FlowTable table = new FlowTable(Layout.IPV4, MAX, 3, true, counters);
        List<ConntrackMessage> messages = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            messages.add(udp(i).message());
        }
        churn(table, messages, 20);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        churn(table, messages, 100);

        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        // 400,000 changes; what is left is the measurement's own.
        assertThat(allocated).isLessThan(10_000);
    }

    private static void churn(FlowTable table, List<ConntrackMessage> messages, int rounds) {
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < messages.size(); i++) {
                table.put(messages.get(i), 0, true);
            }
            for (int i = 0; i < messages.size(); i++) {
                table.remove(messages.get(i), 0);
            }
        }
    }

    private static Messages udp(int number) {
        return Messages.of(Kind.NEW, false, number, 1000, 5, 53);
    }

    private static long[] key(ConntrackMessage message) {
        long[] key = new long[Layout.IPV4.width];
        Layout.IPV4.write(message, 0, Layout.LIVE, key);
        return key;
    }

    /** What the table should do, said with objects and without any cleverness. */
    private static final class Model {

        private static final class Entry {
            List<Long> original = List.of();
            List<Long> reply = List.of();
            Integer id;
            long mark;
            boolean grave;
            boolean byEvent;
            boolean toldInDump;
        }

        final Layout layout;
        final Map<List<Long>, Entry> byKey = new HashMap<>();
        boolean dumping;

        Model(Layout layout) {
            this.layout = layout;
        }

        long live() {
            return byKey.values().stream().distinct().filter(entry -> !entry.grave).count();
        }

        Change put(ConntrackMessage message, boolean event) {
            Entry made = entry(message, event);
            Entry there = byKey.get(made.original);
            if (there != null && same(there, made)) {
                if (!event && there.byEvent) {
                    return Change.NONE;
                }
                boolean revived = there.grave;
                forget(there);
                keep(made);
                return revived ? Change.ADDED : Change.CHANGED;
            }
            Entry back = byKey.get(made.reply);
            if (!event && ((there != null && there.byEvent) || (back != null && back.byEvent))) {
                return Change.NONE;
            }
            forget(there);
            forget(back);
            keep(made);
            return Change.ADDED;
        }

        Change remove(ConntrackMessage message) {
            Entry gone = entry(message, true);
            gone.grave = true;
            Entry there = byKey.get(gone.original);
            if (there == null) {
                if (dumping && !byKey.containsKey(gone.reply)) {
                    keep(gone);
                }
                return Change.NONE;
            }
            boolean otherLife = there.id != null && gone.id != null && !there.id.equals(gone.id);
            if (!same(there, gone) || otherLife) {
                return Change.NONE;
            }
            forget(there);
            if (dumping) {
                keep(gone);
            }
            return there.grave ? Change.NONE : Change.REMOVED;
        }

        void beginDump() {
            dumping = true;
            byKey.values().forEach(entry -> entry.byEvent = false);
            byKey.values().forEach(entry -> entry.toldInDump = false);
        }

        int endDump() {
            List<Entry> unseen =
                    byKey.values().stream()
                            .distinct()
                            .filter(e -> !e.grave && !e.toldInDump)
                            .toList();
            unseen.forEach(this::forget);
            abandonDump();
            return unseen.size();
        }

        void abandonDump() {
            List<Entry> graves =
                    byKey.values().stream().distinct().filter(entry -> entry.grave).toList();
            graves.forEach(this::forget);
            dumping = false;
        }

        private static boolean same(Entry a, Entry b) {
            return a.original.equals(b.original) && a.reply.equals(b.reply);
        }

        private void keep(Entry entry) {
            byKey.put(entry.original, entry);
            byKey.put(entry.reply, entry);
        }

        private void forget(Entry entry) {
            if (entry != null) {
                byKey.remove(entry.original, entry);
                byKey.remove(entry.reply, entry);
            }
        }

        private static Entry entry(ConntrackMessage m, boolean event) {
            Entry entry = new Entry();
            entry.original =
                    List.of(
                            m.original().sourceLow(),
                            (long) m.original().sourcePort(),
                            m.original().destinationLow(),
                            (long) m.original().destinationPort());
            entry.reply =
                    List.of(
                            m.reply().sourceLow(),
                            (long) m.reply().sourcePort(),
                            m.reply().destinationLow(),
                            (long) m.reply().destinationPort());
            entry.id = m.hasId() ? m.id() : null;
            entry.mark = Integer.toUnsignedLong(m.mark());
            entry.byEvent = event;
            entry.toldInDump = true;
            return entry;
        }

        /** Each entry is found by both keys with its mark, and the table holds no other. */
        void compare(FlowTable table) {
            long[] record = new long[layout.width];
            long[] found = new long[layout.width];
            int shown = 0;
            for (int i = 0; i < table.highWater(); i++) {
                if (!table.copy(i, record)) {
                    continue;
                }
                shown++;
                Entry entry = byKey.get(keyOf(record, 0));
                assertThat(entry).isNotNull();
                assertThat(entry.grave).isFalse();
                assertThat(keyOf(record, 1)).isEqualTo(entry.reply);
                assertThat(record[layout.marks] >>> 32).isEqualTo(entry.mark);
                for (int direction = 0; direction < 2; direction++) {
                    assertThat(table.lookUp(record, direction, found)).isNotNegative();
                    assertThat(found).isEqualTo(record);
                }
            }
            assertThat(shown).isEqualTo((int) live());
        }

        private List<Long> keyOf(long[] record, int direction) {
            int ports = layout.ports(record, 0, direction);
            int at = direction * layout.addresses;
            long source = layout == Layout.IPV6 ? record[at + 1] : record[at] >>> 32;
            long destination = layout == Layout.IPV6 ? record[at + 3] : record[at] & 0xffffffffL;
            return List.of(source, (long) (ports >>> 16), destination, (long) (ports & 0xffff));
        }
    }
}
