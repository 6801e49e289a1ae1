package io.drover.conntrack.internal.table;

/**
 * Leads from hashes to references, by open addressing in groups of seven slots. A group is one
 * long: seven tags of eight bits, 0 for an empty slot, and in the highest byte how many references
 * had to be pushed on to the groups behind it. One comparison of the long tells which slots may be
 * meant, so that mostly nothing is read in vain, and the processor foresees each branch: it looks
 * several keys up at once.
 *
 * <p>Who was not pushed on is in its own group: a search ends where the count is 0, and to leave
 * needs neither a mark nor a move. Hashes are not kept; whoever has filled it makes a larger one.
 *
 * <p>One thread writes. Others may read at the same time: what they see may be torn, but is never
 * out of bounds.
 */
final class Index {

    /** The lowest bit of each tag. */
    private static final long TAGS = 0x0001_0101_0101_0101L;

    /** The highest bit of each tag, set where a slot is taken. */
    private static final long TAKEN = TAGS << 7;

    /**
     * Multiplied by the lowest bit of a slot's tag it has the slot's number in its highest byte.
     */
    private static final long NUMBERS = 0x0001_0203_0405_0607L;

    private static final int SLOTS = 7;
    private static final int TAG_BITS = 8;
    private static final int PUSHED_SHIFT = SLOTS * TAG_BITS;
    private static final long PUSHED_ONE = 1L << PUSHED_SHIFT;

    /** A count that has reached this stays, for it is not known any more. */
    private static final int PUSHED_MAX = 0xff;

    /** Of the slots of a group, on average, before a larger index is due. */
    private static final int SLOTS_USED_MAX = 5;

    private final int mask;
    private final long[] groups;
    private final int[] references;
    private int used;

    /**
     * An empty one.
     *
     * @param count of groups, a power of two
     */
    Index(int count) {
        mask = count - 1;
        groups = new long[count];
        references = new int[count * SLOTS];
    }

    /** How many groups it has. */
    int count() {
        return groups.length;
    }

    /** Whether so many more references have their room. */
    boolean hasRoomFor(int more) {
        return used + more <= (long) groups.length * SLOTS_USED_MAX;
    }

    /** Where the search for a hash begins. */
    int first(int hash) {
        return hash & mask;
    }

    /** Where it goes on. */
    int next(int at) {
        return at + 1 & mask;
    }

    long group(int at) {
        return groups[at];
    }

    /** Whether none of those that belong into a group is behind it. */
    static boolean isLast(long group) {
        return group >>> PUSHED_SHIFT == 0;
    }

    /**
     * One bit for each slot of a group whose reference may be of a hash, to be taken from the
     * lowest one on.
     */
    static long matches(long group, int hash) {
        long differing = group ^ tag(hash) * TAGS;
        // Exact up to the first match; above it a slot may be meant in vain.
        return differing - TAGS & ~differing & TAKEN;
    }

    /** The reference that the lowest bit of {@link #matches} stands for. */
    int reference(int at, long matches) {
        return references[at * SLOTS + slot(matches)];
    }

    private static int slot(long matches) {
        long lowest = matches & -matches;
        return (int) (((lowest >>> (TAG_BITS - 1)) * NUMBERS) >>> PUSHED_SHIFT);
    }

    private static long tag(int hash) {
        // Of the bits that do not choose the group.
        return 0x80 | hash >>> 25;
    }

    // ---- the writer

    /** Takes in a reference; there must be room for it. */
    void enter(int hash, int reference) {
        int at = first(hash);
        long free = ~groups[at] & TAKEN;
        while (free == 0) {
            push(at, PUSHED_ONE);
            at = next(at);
            free = ~groups[at] & TAKEN;
        }
        int slot = slot(free);
        groups[at] |= tag(hash) << (slot * TAG_BITS);
        references[at * SLOTS + slot] = reference;
        used++;
    }

    /** Lets a reference go that is in it. */
    void leave(int hash, int reference) {
        int at = first(hash);
        int slot = slotOf(at, hash, reference);
        while (slot < 0) {
            push(at, -PUSHED_ONE);
            at = next(at);
            slot = slotOf(at, hash, reference);
        }
        groups[at] &= ~(0xffL << (slot * TAG_BITS));
        used--;
    }

    /** A reference may be in a group by two hashes: what matches in vain could be its other one. */
    private int slotOf(int at, int hash, int reference) {
        for (long left = matches(groups[at], hash); left != 0; left &= left - 1) {
            int slot = slot(left);
            if (references[at * SLOTS + slot] == reference && tagIn(at, slot) == tag(hash)) {
                return slot;
            }
        }
        return -1;
    }

    private long tagIn(int at, int slot) {
        return (groups[at] >>> (slot * TAG_BITS)) & 0xff;
    }

    private void push(int at, long change) {
        long group = groups[at];
        if (group >>> PUSHED_SHIFT != PUSHED_MAX) {
            groups[at] = group + change;
        }
    }
}
