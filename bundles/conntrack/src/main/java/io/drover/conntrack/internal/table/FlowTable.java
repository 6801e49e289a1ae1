package io.drover.conntrack.internal.table;

import io.drover.conntrack.internal.codec.ConntrackMessage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * The connections of one address family. Records never move; an open-addressing index leads from
 * the key of either direction to its record, and no key belongs to two records: as in the kernel, a
 * newer connection takes it from an older one.
 *
 * <p>One thread writes. Readers take copies and try again when a write came between (a sequence
 * lock); they never hold the writer up.
 */
final class FlowTable {

    private static final VarHandle SEQUENCE;

    static {
        try {
            SEQUENCE = MethodHandles.lookup().findVarHandle(FlowTable.class, "sequence", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What a message did to the table. */
    enum Change {
        ADDED,
        CHANGED,
        REMOVED,
        /** It told nothing new, or of something that is not there. */
        NONE
    }

    private static final int CHUNK_BITS = 10;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final int CHUNK_MASK = CHUNK - 1;
    private static final int GROUPS_MIN = 1 << 7;
    private static final int NONE = -1;
    private static final int SPINS = 256;
    private static final long PAUSE_NANOS = 10_000;

    private final Layout layout;
    private final long seed;
    private final boolean statesFollowed;
    private final TableCounters counters;
    private final long[][] chunks;
    private final long[] incoming;

    /**
     * Records by the hashes of both keys. They are one for a connection that is not translated, and
     * then it is in it once.
     */
    private Index index = new Index(GROUPS_MIN);

    private int records;
    private int free = NONE;
    private int live;
    private int graves;
    private int hand;
    private int generation;
    private boolean dumping;

    /** Seconds of Unix time, as the writer's caller sets them. */
    private long now;

    /** Odd while a write is under way. Written by SEQUENCE: a barrier less. */
    private volatile int sequence;

    /** The writer's own copy of the sequence. */
    private int written;

    /**
     * @param recordsMax how many records it may hold
     * @param seed makes the places of keys unforeseeable
     * @param statesFollowed whether events tell of each change of a state; where they do not, that
     *     of a connection's beginning is not kept, for nothing would ever correct it
     */
    FlowTable(
            Layout layout,
            int recordsMax,
            long seed,
            boolean statesFollowed,
            TableCounters counters) {
        this.layout = layout;
        this.seed = seed;
        this.statesFollowed = statesFollowed;
        this.counters = counters;
        this.chunks = new long[(recordsMax + CHUNK_MASK) >>> CHUNK_BITS][];
        this.incoming = new long[layout.width];
    }

    // ---- the writer

    /** Takes in what an event or a dump says of a connection that is there. */
    Change put(ConntrackMessage message, int namespace, boolean event) {
        boolean state = message.hasState() && (!event || statesFollowed);
        write(message, namespace, Layout.LIVE, event);
        if (!state) {
            layout.forgetState(incoming);
        }
        int thereHash = hash(0);
        int backHash = backHash(thereHash);
        // Memory fetches both at once; one after the other would take twice as long.
        long thereGroup = firstGroup(thereHash);
        long backGroup = firstGroup(backHash);
        int there = find(thereHash, thereGroup, 0);
        if (there != NONE && isIncoming(there)) {
            return refresh(there, event, state);
        }
        int back = find(backHash, backGroup, 1);
        if (!event && (saidByEvent(there) || saidByEvent(back))) {
            return Change.NONE;
        }
        supersede(there);
        if (back != there) {
            supersede(back);
        }
        insert(thereHash, backHash);
        return Change.ADDED;
    }

    /** Sets the time that is noted with what comes next. */
    void now(long seconds) {
        now = seconds;
    }

    private void write(ConntrackMessage message, int namespace, int flags, boolean event) {
        layout.write(message, namespace, flags, incoming);
        incoming[layout.stamp] |= stamp(event);
        if (incoming[layout.times] == 0) {
            incoming[layout.times] = now << 32;
        }
        incoming[layout.times] |= now;
    }

    private Change refresh(int record, boolean event, boolean state) {
        if (!event && saidByEvent(record)) {
            return Change.NONE;
        }
        boolean revived = (flags(record) & Layout.GRAVE) != 0;
        if (!revived && !isAnotherLife(record)) {
            layout.keep(chunk(record), offset(record), state, incoming);
        }
        begin();
        System.arraycopy(incoming, 0, chunk(record), offset(record), layout.width);
        if (revived) {
            graves--;
            live++;
        }
        commit();
        return revived ? Change.ADDED : Change.CHANGED;
    }

    /** Takes in that a connection has gone. */
    Change remove(ConntrackMessage message, int namespace) {
        write(message, namespace, Layout.GRAVE, true);
        int thereHash = hash(0);
        int there = find(thereHash, firstGroup(thereHash), 0);
        if (there == NONE) {
            int backHash = backHash(thereHash);
            if (dumping && find(backHash, firstGroup(backHash), 1) == NONE) {
                // The dump may have been written before it went, and tell of it later.
                insert(thereHash, backHash);
            }
            return Change.NONE;
        }
        if (!isIncoming(there) || isAnotherLife(there)) {
            return Change.NONE;
        }
        boolean wasLive = (flags(there) & Layout.LIVE) != 0;
        if (dumping) {
            bury(there);
        } else {
            drop(there);
        }
        return wasLive ? Change.REMOVED : Change.NONE;
    }

    /** From now on until the dump ends, what events say counts more than what it says. */
    void beginDump() {
        generation++;
        dumping = true;
    }

    /**
     * Removes what neither the dump nor an event since its beginning has told of.
     *
     * @param translatedOnly whether the dump was of translated connections alone
     */
    int endDump(boolean translatedOnly) {
        int swept = 0;
        for (int record = 0; record < records; record++) {
            int flags = flags(record);
            if ((flags & Layout.GRAVE) != 0) {
                drop(record);
            } else if ((flags & Layout.LIVE) != 0
                    && generationOf(record) != generation
                    && (!translatedOnly || layout.translated(chunk(record), offset(record)))) {
                drop(record);
                swept++;
            }
        }
        dumping = false;
        return swept;
    }

    /** The dump was not whole: nothing can be concluded from what it did not tell of. */
    void abandonDump() {
        for (int record = 0; record < records && graves > 0; record++) {
            if ((flags(record) & Layout.GRAVE) != 0) {
                drop(record);
            }
        }
        dumping = false;
    }

    /** Removes one of the older records; false if there is none. */
    boolean evict() {
        for (int tried = 0; tried < records; tried++) {
            int record = hand;
            hand = hand + 1 < records ? hand + 1 : 0;
            if (flags(record) != 0) {
                drop(record);
                return true;
            }
        }
        return false;
    }

    void clear() {
        for (int record = 0; record < records; record++) {
            if (flags(record) != 0) {
                drop(record);
            }
        }
        dumping = false;
    }

    /** Records in use, graves counted. */
    int used() {
        return live + graves;
    }

    private int stamp(boolean event) {
        return (generation << 1 | (event ? 1 : 0)) & 0x7fffffff;
    }

    private int generationOf(int record) {
        return ((int) word(record, layout.stamp) & 0x7fffffff) >>> 1;
    }

    /** Whether an event has told of this record since the running dump began. */
    private boolean saidByEvent(int record) {
        return record != NONE
                && dumping
                && ((int) word(record, layout.stamp) & 0x7fffffff) == stamp(true);
    }

    /** Whether both keys are those of the incoming message. */
    private boolean isIncoming(int record) {
        long[] chunk = chunk(record);
        int at = offset(record);
        return layout.sameKey(chunk, at, 0, incoming, 0, 0)
                && layout.sameKey(chunk, at, 1, incoming, 0, 1);
    }

    /** Whether the kernel gave this record's connection another id than the incoming one. */
    private boolean isAnotherLife(int record) {
        boolean bothKnown =
                (flags(record) & Layout.flags(incoming, 0, layout) & Layout.HAS_ID) != 0;
        return bothKnown && word(record, layout.stamp) >>> 32 != incoming[layout.stamp] >>> 32;
    }

    private void bury(int record) {
        begin();
        if ((flags(record) & Layout.LIVE) != 0) {
            live--;
            graves++;
        }
        System.arraycopy(incoming, 0, chunk(record), offset(record), layout.width);
        commit();
    }

    private void supersede(int record) {
        if (record != NONE) {
            if ((flags(record) & Layout.LIVE) != 0) {
                counters.superseded.increment();
            }
            drop(record);
        }
    }

    private void insert(int thereHash, int backHash) {
        growIndex();
        begin();
        int record = take();
        System.arraycopy(incoming, 0, chunk(record), offset(record), layout.width);
        if ((flags(record) & Layout.LIVE) != 0) {
            live++;
        } else {
            graves++;
        }
        enter(index, thereHash, backHash, record);
        commit();
    }

    private int take() {
        if (free != NONE) {
            int record = free;
            free = (int) word(record, 0);
            return record;
        }
        int record = records;
        if (chunks[record >>> CHUNK_BITS] == null) {
            chunks[record >>> CHUNK_BITS] = new long[CHUNK * layout.width];
        }
        records++;
        return record;
    }

    private void drop(int record) {
        begin();
        int thereHash = hash(record, 0);
        index.leave(thereHash, record);
        int backHash = hash(record, 1);
        if (backHash != thereHash) {
            index.leave(backHash, record);
        }
        if ((flags(record) & Layout.LIVE) != 0) {
            live--;
        } else {
            graves--;
        }
        long[] chunk = chunk(record);
        int at = offset(record);
        chunk[at + layout.meta] = 0;
        chunk[at] = free;
        free = record;
        commit();
    }

    // ---- the index

    private static void enter(Index index, int thereHash, int backHash, int record) {
        index.enter(thereHash, record);
        if (backHash != thereHash) {
            index.enter(backHash, record);
        }
    }

    /** Which direction of a record has a key, or {@link #NONE}. */
    private int directionOf(long[] chunk, int at, long[] key, int direction) {
        if (layout.sameKey(chunk, at, 0, key, 0, direction)) {
            return 0;
        }
        return layout.sameKey(chunk, at, 1, key, 0, direction) ? 1 : NONE;
    }

    private long firstGroup(int hash) {
        return index.group(index.first(hash));
    }

    /**
     * The record that a key of the incoming message belongs to.
     *
     * @param first the {@link #firstGroup} for its hash
     */
    private int find(int hash, long first, int direction) {
        int at = index.first(hash);
        long group = first;
        while (true) {
            for (long left = Index.matches(group, hash); left != 0; left &= left - 1) {
                int record = index.reference(at, left);
                if (directionOf(chunk(record), offset(record), incoming, direction) != NONE) {
                    return record;
                }
            }
            if (Index.isLast(group)) {
                return NONE;
            }
            at = index.next(at);
            group = index.group(at);
        }
    }

    private int hash(int record, int direction) {
        return layout.hash(chunk(record), offset(record), direction, seed);
    }

    private int hash(int direction) {
        return layout.hash(incoming, 0, direction, seed);
    }

    /** That of the incoming message's reply. */
    private int backHash(int thereHash) {
        return layout.mirrored(incoming, 0) ? thereHash : hash(1);
    }

    private void growIndex() {
        if (index.hasRoomFor(2)) {
            return;
        }
        Index larger = new Index(index.count() * 2);
        for (int record = 0; record < records; record++) {
            if (flags(record) != 0) {
                enter(larger, hash(record, 0), hash(record, 1), record);
            }
        }
        begin();
        index = larger;
        commit();
    }

    private long[] chunk(int record) {
        return chunks[record >>> CHUNK_BITS];
    }

    private int offset(int record) {
        return (record & CHUNK_MASK) * layout.width;
    }

    private long word(int record, int word) {
        return chunk(record)[offset(record) + word];
    }

    private int flags(int record) {
        return Layout.flags(chunk(record), offset(record), layout);
    }

    private void begin() {
        SEQUENCE.setOpaque(this, ++written);
        VarHandle.storeStoreFence();
    }

    private void commit() {
        SEQUENCE.setRelease(this, ++written);
    }

    // ---- readers

    /** Live connections. */
    int size() {
        sequenceToRead();
        return live;
    }

    /** One more than the highest record that may be in use. */
    int highWater() {
        sequenceToRead();
        return records;
    }

    /** Copies a record; false if it is not a live connection. */
    boolean copy(int record, long[] into) {
        while (true) {
            int before = sequenceToRead();
            long[] chunk = chunks[record >>> CHUNK_BITS];
            if (chunk != null) {
                System.arraycopy(chunk, offset(record), into, 0, layout.width);
            }
            if (unchanged(before)) {
                return chunk != null && (Layout.flags(into, 0, layout) & Layout.LIVE) != 0;
            }
        }
    }

    /**
     * Copies the connection that a key belongs to.
     *
     * @param key a record of which the given direction is filled
     * @return the direction of the connection that has the key, or -1
     */
    int lookUp(long[] key, int direction, long[] into) {
        while (true) {
            int before = sequenceToRead();
            int found = probe(key, direction, into);
            if (unchanged(before)) {
                boolean isLive =
                        found != NONE && (Layout.flags(into, 0, layout) & Layout.LIVE) != 0;
                return isLive ? found : NONE;
            }
        }
    }

    /** As find, but under a writer: what it sees may be torn, so it only must not fail or loop. */
    private int probe(long[] key, int direction, long[] into) {
        Index seen = index;
        int hash = layout.hash(key, 0, direction, seed);
        int at = seen.first(hash);
        for (int tried = 0; tried < seen.count(); tried++) {
            long group = seen.group(at);
            for (long left = Index.matches(group, hash); left != 0; left &= left - 1) {
                int record = seen.reference(at, left);
                long[] chunk = chunk(record);
                if (chunk == null) {
                    return NONE;
                }
                int from = offset(record);
                int found = directionOf(chunk, from, key, direction);
                if (found != NONE) {
                    System.arraycopy(chunk, from, into, 0, layout.width);
                    return found;
                }
            }
            if (Index.isLast(group)) {
                return NONE;
            }
            at = seen.next(at);
        }
        return NONE;
    }

    /** An even sequence: no write is under way. */
    private int sequenceToRead() {
        for (int spins = 0; ; spins++) {
            int seen = sequence;
            if ((seen & 1) == 0) {
                return seen;
            }
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                // The writer was put off its core in the middle of a write.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private boolean unchanged(int before) {
        VarHandle.loadLoadFence();
        return sequence == before;
    }
}
