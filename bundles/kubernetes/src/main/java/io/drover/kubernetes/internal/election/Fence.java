package io.drover.kubernetes.internal.election;

import io.drover.api.kubernetes.Term;
import java.util.Optional;

/** Lets a write through while its term lasts. Any thread; never blocks. */
public interface Fence {

    /** Whether this process leads an election at this very moment. */
    boolean leads(String election);

    /** Permission for one write that is sent at once; empty when the term is over or in doubt. */
    Optional<Permit> permit(Term term);

    /** Held while the write is under way, so that a release of the Lease waits for it. */
    interface Permit extends AutoCloseable {
        @Override
        void close();
    }
}
