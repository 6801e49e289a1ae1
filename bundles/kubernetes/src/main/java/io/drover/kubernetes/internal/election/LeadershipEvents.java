package io.drover.kubernetes.internal.election;

import io.drover.api.kubernetes.Elections;
import io.drover.api.kubernetes.EventRecorder;
import io.drover.api.kubernetes.EventRecorder.Severity;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.api.kubernetes.Standing;
import io.drover.api.kubernetes.Term;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Tells of each begin and end of a term of this process by an event about the Lease, with the
 * reason and the words of client-go's {@code leaderelection}. Used by one thread.
 */
public final class LeadershipEvents {

    private static final ObjectKind LEASE = new ObjectKind("coordination.k8s.io/v1", "Lease");
    private static final String REASON = "LeaderElection";

    private final EventRecorder events;
    private final Supplier<String> namespace;
    private final Map<String, Term> terms = new HashMap<>();

    /**
     * @param namespace of the Leases
     */
    public LeadershipEvents(EventRecorder events, Supplier<String> namespace) {
        this.events = events;
        this.namespace = namespace;
    }

    /** An election stands so now. */
    public void stands(Standing standing) {
        String election = standing.election();
        Term before = terms.get(election);
        Term now = standing.term().orElse(null);
        if (before != null && now != null && before.sameAs(now)) {
            return;
        }
        if (before != null) {
            terms.remove(election);
            tell(standing, before, "StopLeading", "stopped leading");
        }
        if (now != null) {
            terms.put(election, now);
            tell(standing, now, "BecomeLeader", "became leader");
        }
    }

    private void tell(Standing standing, Term term, String action, String what) {
        String name = Elections.lease(standing.election());
        events.emit(
                standing.election(),
                new ObjectRef(LEASE, namespace.get(), name, term.leaseUid()),
                Severity.NORMAL,
                REASON,
                action,
                standing.identity() + " " + what + " in term " + term.transitions());
    }
}
