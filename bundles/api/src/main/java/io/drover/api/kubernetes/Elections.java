package io.drover.api.kubernetes;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Named elections among the replicas of the cluster agent, each over one Lease of {@code
 * coordination.k8s.io/v1}. Any thread; nothing here blocks.
 *
 * <p>What is promised: while {@link Candidacy#term()} is present no other candidate that keeps to
 * the same rules can have taken the Lease, as long as the clocks of the two machines run at rates
 * that differ by less than lease duration to renew deadline (their times may differ at will). What
 * is not promised: that a request sent in a term arrives in it. Therefore {@link Cluster} gives
 * writes a time-out shorter than what lies between the end of a term and the earliest begin of the
 * next one, and a version that the object must still have.
 */
public interface Elections {

    /** The name of the Lease of an election. */
    static String lease(String election) {
        return "drover-" + election;
    }

    /**
     * Takes part in an election until the candidacy is closed. Several candidacies of one name in
     * one process are one candidate. When the last one is closed the Lease is kept for some seconds
     * (the configured linger), so that a controller can be replaced without a change of leader.
     *
     * @param election a DNS label; the Lease is called {@code drover-<election>}
     * @param onChange told of each begin or end of a term and of each new leader, in order, on a
     *     thread of this service; the first call gives the present standing. Must not block.
     */
    Candidacy enter(String election, Consumer<Standing> onChange);

    /** All elections that this process takes part in. */
    List<Standing> standings();

    /** The part that one bundle takes in an election. */
    interface Candidacy extends AutoCloseable {

        /** How it stands now; a term in it may be over already. */
        Standing standing();

        /** Our term, if leadership is certain at this very moment; newly read at each call. */
        Optional<Term> term();

        /** Ends this part; {@code onChange} is not called any more once this has returned. */
        @Override
        void close();
    }
}
