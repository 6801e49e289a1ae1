package io.drover.kubernetes.internal.election;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.Standing;
import io.drover.api.kubernetes.Term;
import io.drover.kubernetes.internal.election.LeaseRecord.Claim;
import io.drover.kubernetes.internal.watch.Versions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * One candidate of one election: a state machine that is driven by {@link #step}.
 *
 * <p>Time is the monotonic clock alone. A foreign claim is over when it was <em>seen</em> unchanged
 * for as long as its holder wants to be waited for; what it says of the time of day is never
 * compared with ours. Our own claim is over a renew deadline after the <em>begin</em> of the last
 * renewal that succeeded. So the times of day of two machines may differ at will, and the rates of
 * their clocks by the ratio of lease to renew deadline.
 *
 * <p>Each term of this process has its own number of transitions, also when the Lease still names
 * us after a loss: a term that is over never comes back.
 *
 * <p>A Lease that is deleted is waited for as if it were there, by every candidate that has ever
 * seen it. One that begins just then cannot know of it: whoever deletes a Lease that is held breaks
 * the promise.
 *
 * <p>Driven by one thread; {@link #standing} may be read by any.
 */
public final class Elector {

    private static final String NOBODY = "";

    /** So that candidates do not knock together; a small part of what a fail-over may take. */
    private static final Duration SPREAD = Duration.ofMillis(100);

    /** One renewal at most is under way; the rest is for others who touch the Lease. */
    private static final int RELEASE_TRIES = 3;

    private final String election;
    private final String identity;
    private final Timing timing;
    private final Duration requestTimeout;
    private final LeaseStore store;
    private final LongSupplier nanos;
    private final Clock wall;
    private final DoubleSupplier random;

    /** The Lease as last seen, and whether it was deleted since. */
    private LeaseRecord seen;

    private boolean absent;

    /** When the Lease was first seen to be as it is now, or to be absent. */
    private long seenAtNanos;

    /** Whether every change of the Lease is told to {@link #saw}, and when one was last. */
    private boolean watched;

    private long heardAtNanos;
    private boolean missed;
    private long highestTransitions = -1;
    private long renewals;
    private boolean answered;
    private volatile Standing standing;

    /**
     * @param random gives numbers from 0 (inclusive) to 1, so that candidates do not knock together
     */
    public Elector(
            String election,
            String identity,
            Timing timing,
            Duration requestTimeout,
            LeaseStore store,
            LongSupplier nanos,
            Clock wall,
            DoubleSupplier random) {
        this.election = election;
        this.identity = identity;
        this.timing = timing;
        this.requestTimeout = requestTimeout;
        this.store = store;
        this.nanos = nanos;
        this.wall = wall;
        this.random = random;
        this.standing = new Standing(election, identity, Optional.empty(), NOBODY, 0, 0, "");
    }

    /** Where its Lease lies. */
    LeaseStore store() {
        return store;
    }

    /** How it stands; its term may be over already. */
    public Standing standing() {
        return standing;
    }

    /**
     * One attempt to renew our claim or to get one; blocks for two requests at most.
     *
     * @return how long to wait before the next attempt
     */
    public Duration step() {
        long began = nanos.getAsLong();
        if (endTermThatIsOver()) {
            return Duration.ZERO; // said before anything else is tried
        }
        String problem = NOBODY;
        try {
            if (standing.term().isPresent()) {
                renew(standing.term().get());
            } else {
                contend();
            }
        } catch (ClusterException e) {
            problem = e.getMessage();
        }
        endTermThatIsOver();
        publish(standing.term(), problem);
        return standing.term().map(term -> untilRenewal(term, began)).orElseGet(this::untilContest);
    }

    /** The version of the Lease from which it is to be watched; empty while there is none. */
    public String version() {
        return seen == null || absent ? NOBODY : seen.object().resourceVersion();
    }

    /** A watch of the Lease has begun, or is over. */
    public void watched(boolean now) {
        watched = now;
        missed = false;
        heardAtNanos = nanos.getAsLong();
    }

    /** What the watch shows; it spares the look that {@link #step} else takes. */
    public void saw(LeaseRecord now) {
        heardAtNanos = nanos.getAsLong();
        if (standing.term().isEmpty() && !olderThanSeen(now)) {
            observe(now);
            publish(Optional.empty(), NOBODY);
        }
    }

    /** Whether a look found a change that the watch has not told: it is deaf. */
    public boolean watchIsDeaf() {
        return watched && missed;
    }

    private boolean olderThanSeen(LeaseRecord now) {
        return seen != null
                && now.object().uid().equals(seen.object().uid())
                && Versions.older(now.object().resourceVersion(), seen.object().resourceVersion());
    }

    /**
     * Gives the claim up, if it is ours, so that another candidate need not wait. The term ends
     * first, whatever becomes of the request.
     *
     * @param drained asked after the end of the term: whether no write of it is under way any more.
     *     If one is, the claim is left to expire.
     * @return whether the Lease is free now
     */
    public boolean release(BooleanSupplier drained) {
        Optional<Term> term = standing.term();
        publish(Optional.empty(), NOBODY);
        if (term.isEmpty() || !term.get().validAt(nanos.getAsLong())) {
            return false;
        }
        if (!drained.getAsBoolean()) {
            publish(Optional.empty(), "a write of the term is still under way");
            return false;
        }
        try {
            return giveUp(term.get());
        } catch (ClusterException e) {
            publish(Optional.empty(), e.getMessage());
            return false;
        }
    }

    /**
     * A renewal that was interrupted for the release may arrive all the same, before the release or
     * between two tries of it: then the claim has another version, but it is still that of the
     * term.
     */
    private boolean giveUp(Term term) throws ClusterException {
        for (int tries = 1; ; tries++) {
            Instant now = wall.instant();
            Claim nobody = new Claim(NOBODY, Duration.ofSeconds(1), term.transitions(), now, now);
            try {
                observe(store.replace(seen.with(nobody), requestTimeout.toNanos()));
                publish(Optional.empty(), NOBODY);
                return true;
            } catch (ClusterException e) {
                if (e.why() != ClusterException.Cause.CONFLICT || tries == RELEASE_TRIES) {
                    throw e;
                }
            }
            Optional<LeaseRecord> found = store.read(requestTimeout.toNanos());
            if (found.isEmpty() || !isClaimOf(term, found.get())) {
                publish(Optional.empty(), "the Lease is not ours any more");
                return false;
            }
            observe(found.get());
        }
    }

    private boolean isClaimOf(Term term, LeaseRecord lease) {
        return lease.holder().equals(identity)
                && lease.transitions() == term.transitions()
                && lease.object().uid().equals(term.leaseUid());
    }

    private void renew(Term term) throws ClusterException {
        try {
            prolong(term);
        } catch (ClusterException e) {
            switch (e.why()) {
                case CONFLICT -> settleConflict(term);
                case NOT_FOUND -> {
                    observeNothing();
                    publish(Optional.empty(), e.getMessage());
                }
                default -> throw e;
            }
        }
    }

    private void prolong(Term term) throws ClusterException {
        long before = nanos.getAsLong();
        Instant now = wall.instant();
        Claim claim =
                new Claim(identity, timing.lease(), term.transitions(), seen.acquired(now), now);
        observe(store.replace(seen.with(claim), timeoutIn(term)));
        renewals++;
        publish(Optional.of(termSince(before)), NOBODY);
    }

    /** Somebody touched the Lease, or an earlier renewal arrived whose answer was lost. */
    private void settleConflict(Term term) throws ClusterException {
        Optional<LeaseRecord> now = store.read(timeoutIn(term));
        if (now.isPresent() && isClaimOf(term, now.get())) {
            observe(now.get());
            prolong(term);
            return;
        }
        now.ifPresentOrElse(this::observe, this::observeNothing);
        publish(Optional.empty(), NOBODY);
    }

    private void contend() throws ClusterException {
        if (watched && !free() && nanos.getAsLong() - heardAtNanos < silence()) {
            return; // as certain as a look
        }
        LeaseRecord before = seen;
        Optional<LeaseRecord> found = store.read(timeout());
        answered = true;
        missed = watched && found.isPresent() && before != null && !found.get().sameVersion(before);
        found.ifPresentOrElse(this::observe, this::observeNothing);
        if (!free()) {
            return;
        }
        long asked = nanos.getAsLong();
        try {
            observe(claim());
        } catch (ClusterException e) {
            if (e.why() == ClusterException.Cause.CONFLICT) {
                return; // another candidate was faster: an election, not a problem
            }
            throw e;
        }
        publish(Optional.of(termSince(asked)), NOBODY);
    }

    private LeaseRecord claim() throws ClusterException {
        Instant now = wall.instant();
        Claim claim = new Claim(identity, timing.lease(), highestTransitions + 1, now, now);
        if (absent) {
            LeaseRecord fresh = LeaseRecord.claimed(store.namespace(), store.name(), claim);
            return store.create(fresh, timeout());
        }
        return store.replace(seen.with(claim), timeout());
    }

    private boolean free() {
        if (seen == null) {
            return true;
        }
        long now = nanos.getAsLong();
        if (absent) {
            // Deleted: whoever held it then may not have noticed, and may not be the one we saw.
            return now - seenAtNanos > timing.lease().toNanos();
        }
        return seen.holder().isEmpty()
                || seen.holder().equals(identity)
                || now - seenAtNanos > seen.duration(timing.lease()).toNanos();
    }

    private void observe(LeaseRecord now) {
        if (seen == null || absent || !now.sameVersion(seen)) {
            // After the answer came: the later the safer, for it is only waited longer.
            seenAtNanos = nanos.getAsLong();
        }
        seen = now;
        absent = false;
        highestTransitions = Math.max(highestTransitions, now.transitions());
    }

    private void observeNothing() {
        if (!absent) {
            seenAtNanos = nanos.getAsLong();
        }
        absent = true;
    }

    private Term termSince(long beforeRequest) {
        return new Term(
                election,
                seen.object().uid(),
                seen.transitions(),
                beforeRequest + timing.renewDeadline().toNanos());
    }

    private boolean endTermThatIsOver() {
        Optional<Term> term = standing.term();
        if (term.isEmpty() || term.get().validAt(nanos.getAsLong())) {
            return false;
        }
        publish(Optional.empty(), standing.problem());
        return true;
    }

    private void publish(Optional<Term> term, String problem) {
        String leader = seen == null ? NOBODY : seen.holder();
        if (term.isEmpty() && leader.equals(identity)) {
            leader = NOBODY; // the Lease may still name us, but we do not lead
        }
        standing =
                new Standing(
                        election,
                        identity,
                        term,
                        leader,
                        seen == null ? 0 : seen.transitions(),
                        renewals,
                        problem);
    }

    /**
     * The first request makes connection, TLS and classes; on a busy machine that takes longer than
     * any later one, and nothing is at stake yet.
     */
    private long timeout() {
        return answered
                ? requestTimeout.toNanos()
                : Math.max(requestTimeout.toNanos(), timing.renewDeadline().toNanos() / 2);
    }

    private long timeoutIn(Term term) {
        long left = term.validUntilNanos() - nanos.getAsLong();
        return Math.max(1, Math.min(left, requestTimeout.toNanos()));
    }

    private Duration untilRenewal(Term term, long began) {
        long now = nanos.getAsLong();
        long next = began + timing.retry().toNanos() - now;
        return Duration.ofNanos(Math.max(0, Math.min(next, term.validUntilNanos() - now)));
    }

    /** A holder renews each retry; after more than two a look tells whether the watch is deaf. */
    private long silence() {
        return timing.retry().toNanos() * 5 / 2;
    }

    /** Until the next regular look, or until the foreign claim is over if that is sooner. */
    private Duration untilContest() {
        long retry = timing.retry().toNanos();
        long spread = (long) (random.getAsDouble() * Math.min(retry / 4, SPREAD.toNanos()));
        if (!standing.problem().isEmpty()) {
            return Duration.ofNanos(retry + spread);
        }
        if (seen == null
                || (!absent && (seen.holder().isEmpty() || seen.holder().equals(identity)))) {
            return Duration.ofNanos((watched ? 0 : retry / 4) + spread);
        }
        long now = nanos.getAsLong();
        long over = seenAtNanos + seen.duration(timing.lease()).toNanos() - now;
        long look = watched ? Math.max(heardAtNanos + silence() - now, retry) : retry;
        long wait = over > 0 ? Math.min(look, over + 1) : retry;
        return Duration.ofNanos(wait + spread);
    }
}
