package io.drover.conntrack.internal.top;

import java.util.Arrays;

/**
 * Counts by a key of 256 bits, the largest ones, in bounded memory (Space-Saving: Metwally,
 * Agrawal, El Abbadi 2005). A key that is not in it takes the place of the smallest and inherits
 * its count as possible error. Whoever has more than the total divided by the capacity is in it.
 * Primitive arrays; not thread-safe.
 */
final class Sketch {

    /** Longs of a key. */
    static final int KEY = 4;

    private static final int NONE = -1;

    private final int capacity;
    private final long[] keys;
    private final long[] counts;
    private final long[] errors;

    /** A heap of places, the smallest count first, and where in it each place is. */
    private final int[] heap;

    private final int[] heapAt;
    private final int[] index;
    private int size;
    private long total;

    Sketch(int capacity) {
        this.capacity = capacity;
        this.keys = new long[capacity * KEY];
        this.counts = new long[capacity];
        this.errors = new long[capacity];
        this.heap = new int[capacity];
        this.heapAt = new int[capacity];
        this.index = new int[Integer.highestOneBit(Math.max(2, capacity) * 4)];
    }

    void clear() {
        Arrays.fill(index, 0);
        size = 0;
        total = 0;
    }

    int size() {
        return size;
    }

    int capacity() {
        return capacity;
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
    long smallest() {
        return size < capacity ? 0 : counts[heap[0]];
    }

    /** The place of a key, -1 if it is not in it. */
    int find(long a, long b, long c, long d) {
        int mask = index.length - 1;
        int slot = hash(a, b, c, d) & mask;
        while (index[slot] != 0) {
            int place = index[slot] - 1;
            int at = place * KEY;
            if (keys[at] == a && keys[at + 1] == b && keys[at + 2] == c && keys[at + 3] == d) {
                return place;
            }
            slot = slot + 1 & mask;
        }
        return NONE;
    }

    void add(long a, long b, long c, long d, long amount) {
        total += amount;
        int place = find(a, b, c, d);
        if (place != NONE) {
            counts[place] += amount;
            down(heapAt[place]);
            return;
        }
        if (size < capacity) {
            place = size;
            counts[place] = amount;
            errors[place] = 0;
            heap[size] = place;
            heapAt[place] = size;
            size++;
            enter(place, a, b, c, d);
            up(size - 1);
            return;
        }
        place = heap[0];
        leave(place);
        errors[place] = counts[place];
        counts[place] += amount;
        enter(place, a, b, c, d);
        down(0);
    }

    private void enter(int place, long a, long b, long c, long d) {
        int at = place * KEY;
        keys[at] = a;
        keys[at + 1] = b;
        keys[at + 2] = c;
        keys[at + 3] = d;
        int mask = index.length - 1;
        int slot = hash(a, b, c, d) & mask;
        while (index[slot] != 0) {
            slot = slot + 1 & mask;
        }
        index[slot] = place + 1;
    }

    private void leave(int place) {
        int mask = index.length - 1;
        int slot = home(place);
        while (index[slot] != place + 1) {
            slot = slot + 1 & mask;
        }
        int gap = slot;
        slot = slot + 1 & mask;
        while (index[slot] != 0) {
            int home = home(index[slot] - 1);
            if ((slot - home & mask) >= (slot - gap & mask)) {
                index[gap] = index[slot];
                gap = slot;
            }
            slot = slot + 1 & mask;
        }
        index[gap] = 0;
    }

    private int home(int place) {
        int at = place * KEY;
        return hash(keys[at], keys[at + 1], keys[at + 2], keys[at + 3]) & (index.length - 1);
    }

    private static int hash(long a, long b, long c, long d) {
        long mixed = (a * 31 + b) * 0x9e3779b97f4a7c15L + (c * 31 + d) * 0xbf58476d1ce4e5b9L;
        mixed ^= mixed >>> 29;
        mixed *= 0x94d049bb133111ebL;
        return (int) (mixed >>> 32);
    }

    private void up(int from) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (counts[heap[parent]] <= counts[heap[at]]) {
                return;
            }
            exchange(at, parent);
            at = parent;
        }
    }

    private void down(int from) {
        int at = from;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                return;
            }
            if (child + 1 < size && counts[heap[child + 1]] < counts[heap[child]]) {
                child++;
            }
            if (counts[heap[at]] <= counts[heap[child]]) {
                return;
            }
            exchange(at, child);
            at = child;
        }
    }

    private void exchange(int one, int other) {
        int place = heap[one];
        heap[one] = heap[other];
        heap[other] = place;
        heapAt[heap[one]] = one;
        heapAt[heap[other]] = other;
    }
}
