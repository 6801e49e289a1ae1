package io.drover.conntrack.internal.top;

import java.util.Arrays;

/**
 * Counts by a key of 256 bits, the largest ones, in bounded memory (Misra and Gries 1982, emptied
 * by halves: Anderson et al. 2017). There is room for twice the capacity; when it is full, the
 * smaller half goes, and the largest count that went is what any key may have had without being in
 * it: a key that comes afterwards begins with that as possible error. Whoever has more than the
 * total divided by the capacity is in it. A key costs one look at a table, and now and then its
 * share of the emptying. Primitive arrays; not thread-safe.
 */
final class Sketch {

    /** Longs of a key. */
    static final int KEY = 4;

    private static final int NONE = -1;

    private final int room;
    private final long[] keys;
    private final long[] counts;
    private final long[] errors;
    private final long[] sorted;

    /** 0 for an empty slot, else the hash of a key and, in the low half, its place + 1. */
    private final long[] index;

    private int size;
    private long total;
    private long gone;

    Sketch(int capacity) {
        this.room = 2 * capacity;
        this.keys = new long[room * KEY];
        this.counts = new long[room];
        this.errors = new long[room];
        this.sorted = new long[room];
        this.index = new long[Integer.highestOneBit(Math.max(2, room)) * 4];
    }

    void clear() {
        Arrays.fill(index, 0);
        size = 0;
        total = 0;
        gone = 0;
    }

    int size() {
        return size;
    }

    long total() {
        return total;
    }

    long count(int place) {
        return counts[place];
    }

    long error(int place) {
        return errors[place];
    }

    long key(int place, int word) {
        return keys[place * KEY + word];
    }

    /** The count that a key may have had without being in it. */
    long missable() {
        return gone;
    }

    /** The place of a key, -1 if it is not in it. */
    int find(long a, long b, long c, long d) {
        return find(hash(a, b, c, d), a, b, c, d);
    }

    private int find(int hash, long a, long b, long c, long d) {
        int mask = index.length - 1;
        int slot = hash & mask;
        long entry;
        while ((entry = index[slot]) != 0) {
            if ((int) (entry >>> 32) == hash) {
                int place = (int) entry - 1;
                int at = place * KEY;
                if (keys[at] == a && keys[at + 1] == b && keys[at + 2] == c && keys[at + 3] == d) {
                    return place;
                }
            }
            slot = slot + 1 & mask;
        }
        return NONE;
    }

    void add(long a, long b, long c, long d, long amount) {
        total += amount;
        int hash = hash(a, b, c, d);
        int place = find(hash, a, b, c, d);
        if (place != NONE) {
            counts[place] += amount;
            return;
        }
        if (size == room) {
            halve();
        }
        place = size;
        size++;
        int at = place * KEY;
        keys[at] = a;
        keys[at + 1] = b;
        keys[at + 2] = c;
        keys[at + 3] = d;
        counts[place] = gone + amount;
        errors[place] = gone;
        enter(hash, place);
    }

    /**
     * Lets the smaller half go. What goes takes at least the capacity times the rise of {@link
     * #gone} out of the total, which is why that stays below the total divided by the capacity.
     */
    private void halve() {
        System.arraycopy(counts, 0, sorted, 0, room);
        Arrays.sort(sorted);
        gone = sorted[room / 2 - 1];
        Arrays.fill(index, 0);
        int kept = 0;
        for (int place = 0; place < room; place++) {
            if (counts[place] > gone) {
                move(place, kept);
                kept++;
            }
        }
        size = kept;
    }

    private void move(int from, int to) {
        System.arraycopy(keys, from * KEY, keys, to * KEY, KEY);
        counts[to] = counts[from];
        errors[to] = errors[from];
        int at = to * KEY;
        enter(hash(keys[at], keys[at + 1], keys[at + 2], keys[at + 3]), to);
    }

    private void enter(int hash, int place) {
        int mask = index.length - 1;
        int slot = hash & mask;
        while (index[slot] != 0) {
            slot = slot + 1 & mask;
        }
        index[slot] = (long) hash << 32 | place + 1;
    }

    private static int hash(long a, long b, long c, long d) {
        long mixed = (a * 31 + b) * 0x9e3779b97f4a7c15L + (c * 31 + d) * 0xbf58476d1ce4e5b9L;
        mixed ^= mixed >>> 29;
        mixed *= 0x94d049bb133111ebL;
        return (int) (mixed >>> 32);
    }
}
