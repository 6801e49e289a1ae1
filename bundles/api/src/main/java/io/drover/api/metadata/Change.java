package io.drover.api.metadata;

import java.util.Objects;

/**
 * One element of a {@link MetadataStream}: {@code Begin, Put*, Complete, (Put | Removed)*}, and the
 * same once more from {@code Begin} whenever the reader fell too far behind, or everything had to
 * be read anew.
 */
public sealed interface Change {

    /**
     * A snapshot begins: what comes now replaces what the reader knows, once it is complete. Until
     * then the reader does well to keep what it knows: the giver may still have to read the cluster
     * itself, for as long as the API server lets it wait.
     */
    record Begin() implements Change {}

    /**
     * The snapshot is complete: all that there is of the reader's kinds has come, as of a moment in
     * which the giver knew it.
     *
     * @param revision the newest change that it has in it
     */
    record Complete(long revision) implements Change {}

    /**
     * An object is there, new or changed. The same one may come more than once; the last counts.
     *
     * @param entry as it is now
     */
    record Put(Entry entry) implements Change {
        public Put {
            Objects.requireNonNull(entry, "entry");
        }
    }

    /**
     * An object is gone.
     *
     * @param ref which
     */
    record Removed(Entry.Ref ref) implements Change {
        public Removed {
            Objects.requireNonNull(ref, "ref");
        }
    }
}
