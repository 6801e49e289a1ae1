package io.drover.kubernetes.internal.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.Term;
import io.drover.kubernetes.internal.election.ScriptedLease.Fault;
import io.drover.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ElectorTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Timing TIMING =
            new Timing(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));

    private final ManualClock clock = new ManualClock(START);
    private final ScriptedLease lease = new ScriptedLease(clock);
    private final Elector elector = elector("us");

    @Test
    void aSingleCandidateLeadsAtOnce() {
        elector.step();

        assertThat(leads()).isTrue();
        assertThat(lease.holder()).isEqualTo("us");
        assertThat(elector.standing().leader()).isEqualTo("us");
        assertThat(lease.spec())
                .containsEntry("leaseDurationSeconds", 15)
                .containsEntry("leaseTransitions", 0L)
                .containsEntry("renewTime", "2026-01-01T00:00:00.000000Z");
    }

    @Test
    void aLeaseWithAnEmptySpecIsTakenAtOnce() {
        lease.put(Map.of());

        elector.step();

        assertThat(leads()).isTrue();
    }

    @Test
    void aReleasedLeaseIsTakenAtOnce() {
        lease.put(foreign("", "anything", 3, 1));

        elector.step();

        assertThat(term()).map(Term::transitions).contains(4L);
    }

    @Test
    void aForeignClaimIsWaitedForFromWhenItWasSeenWhateverItsTimeSays() {
        lease.put(foreign("them", "1999-01-01T00:00:00.000000Z", 3, 15));

        elector.step();
        clock.advance(Duration.ofSeconds(15));
        elector.step();
        assertThat(leads()).isFalse();

        clock.advance(Duration.ofMillis(1));
        elector.step();
        assertThat(term()).map(Term::transitions).contains(4L);
    }

    @Test
    void aClaimThatIsRenewedIsNeverTakenAlthoughItsTimeLiesInThePast() {
        for (int second = 0; second < 60; second++) {
            lease.put(foreign("them", "1999-01-01T00:00:" + second, 3, 15));
            elector.step();
            clock.advance(Duration.ofSeconds(14));
        }

        assertThat(leads()).isFalse();
        assertThat(elector.standing().leader()).isEqualTo("them");
    }

    @Test
    void theHolderSaysHowLongItIsWaitedFor() {
        lease.put(foreign("them", "t", 0, 60));

        elector.step();
        clock.advance(Duration.ofSeconds(59));
        elector.step();
        assertThat(leads()).isFalse();

        clock.advance(Duration.ofSeconds(2));
        elector.step();
        assertThat(leads()).isTrue();
    }

    @Test
    void aHolderThatDoesNotSayIsWaitedForAsLongAsWeWouldBe() {
        lease.put(Map.of("holderIdentity", "them"));

        elector.step();
        clock.advance(Duration.ofSeconds(14));
        elector.step();
        assertThat(leads()).isFalse();

        clock.advance(Duration.ofSeconds(2));
        elector.step();
        assertThat(leads()).isTrue();
    }

    @Test
    void itLooksAgainWhenTheForeignClaimIsOverAndNotAFullPeriodLater() {
        lease.put(foreign("them", "t", 0, 15));
        elector.step();
        clock.advance(Duration.ofSeconds(14));

        Duration wait = elector.step();

        assertThat(wait).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_600));
    }

    @Test
    void aTermLastsARenewDeadlineFromTheBeginOfTheRequest() {
        lease.latency(Duration.ofMillis(700));

        elector.step(); // a read and a create, 700 ms each

        assertThat(term().orElseThrow().validUntilNanos())
                .isEqualTo(Duration.ofMillis(700).plusSeconds(10).toNanos());
    }

    @Test
    void aRenewalMovesTheEndOfTheTermWithOneRequest() {
        elector.step();
        Term first = term().orElseThrow();
        clock.advance(Duration.ofSeconds(2));
        lease.requests.clear();

        elector.step();

        Term renewed = term().orElseThrow();
        assertThat(lease.requests).containsExactly("replace");
        assertThat(renewed.sameAs(first)).isTrue();
        assertThat(renewed.validUntilNanos() - first.validUntilNanos())
                .isEqualTo(Duration.ofSeconds(2).toNanos());
        assertThat(elector.standing().renewals()).isEqualTo(1);
    }

    @Test
    void inAnOutageItTriesUntilTheRenewDeadlineAndThenStops() {
        elector.step();
        lease.always(Fault.UNAVAILABLE);

        Duration led = runWhileLeading();

        assertThat(led).isEqualTo(Duration.ofSeconds(10));
        elector.step();
        assertThat(elector.standing().problem()).isEqualTo("503");
        assertThat(elector.standing().leader()).isEmpty();
    }

    @Test
    void whenTheApiServerHangsItStopsAtTheRenewDeadlineToo() {
        elector.step();
        lease.always(Fault.HANG);

        Duration led = runWhileLeading();

        assertThat(led).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void anOutageShorterThanTheDeadlineEndsNothing() {
        elector.step();
        Term before = term().orElseThrow();
        lease.next(Fault.HANG, Fault.UNAVAILABLE, Fault.HANG);

        for (int i = 0; i < 5; i++) {
            clock.advance(elector.step());
        }

        assertThat(term().orElseThrow().sameAs(before)).isTrue();
    }

    @Test
    void aRenewalWhoseAnswerWasLostDoesNotEndTheTerm() {
        elector.step();
        Term before = term().orElseThrow();
        lease.next(Fault.ANSWER_LOST);
        elector.step();

        elector.step();

        assertThat(term().orElseThrow().sameAs(before)).isTrue();
        assertThat(elector.standing().problem()).isEmpty();
    }

    @Test
    void aClaimWhoseAnswerWasLostIsMadeAnewInALaterTerm() {
        lease.next(Fault.NONE, Fault.ANSWER_LOST);
        elector.step();
        assertThat(leads()).isFalse();
        assertThat(lease.holder()).isEqualTo("us");

        elector.step();

        assertThat(term()).map(Term::transitions).contains(1L);
    }

    @Test
    void theEndOfATermIsSaidBeforeAnythingElseIsTried() {
        elector.step();
        clock.advance(Duration.ofSeconds(10));
        lease.requests.clear();

        Duration wait = elector.step();

        assertThat(elector.standing().term()).isEmpty();
        assertThat(wait).isZero();
        assertThat(lease.requests).isEmpty();
    }

    @Test
    void itStopsAtOnceWhenAnotherHoldsTheLease() {
        elector.step();
        lease.put(foreign("them", "t", 7, 15));

        elector.step();

        assertThat(leads()).isFalse();
        assertThat(elector.standing().leader()).isEqualTo("them");
        assertThat(elector.standing().transitions()).isEqualTo(7);
    }

    @Test
    void aDeletedLeaseEndsTheTermAndTheNextOneIsLater() {
        elector.step();
        clock.advance(Duration.ofSeconds(2));
        elector.step();
        lease.delete();

        elector.step();
        assertThat(leads()).isFalse();
        elector.step();
        assertThat(leads()).isFalse();

        clock.advance(Duration.ofSeconds(16));
        elector.step();
        assertThat(term()).map(Term::transitions).contains(1L);
        assertThat(term()).map(Term::leaseUid).contains("uid-2");
    }

    @Test
    void aForeignLeaseThatIsDeletedIsWaitedForAsIfItWereThere() {
        lease.put(foreign("them", "t", 3, 15));
        elector.step();
        lease.delete();
        elector.step();

        clock.advance(Duration.ofSeconds(15));
        elector.step();
        assertThat(leads()).isFalse();

        clock.advance(Duration.ofSeconds(1));
        elector.step();
        assertThat(term()).map(Term::transitions).contains(4L);
    }

    @Test
    void afterAFreezeTheOldTermIsNeverRenewed() {
        elector.step();
        Term before = term().orElseThrow();
        clock.advance(Duration.ofSeconds(20));
        lease.requests.clear();

        elector.step();

        assertThat(lease.requests).containsExactly();
        elector.step();
        assertThat(term().orElseThrow().sameAs(before)).isFalse();
        assertThat(term().orElseThrow().transitions()).isGreaterThan(before.transitions());
    }

    @Test
    void theOneThatComesSecondIsAFollowerWithoutAProblem() {
        lease.before(
                () -> {
                    if (lease.requests.size() == 1) {
                        lease.put(foreign("them", "t", 0, 15)); // between our read and our create
                    }
                });

        elector.step();

        assertThat(leads()).isFalse();
        assertThat(elector.standing().problem()).isEmpty();
    }

    @Test
    void aMissingPermissionIsNamedAndTriedAgain() {
        lease.next(Fault.FORBIDDEN);
        elector.step();
        assertThat(elector.standing().problem()).isEqualTo("cannot get leases");

        elector.step();

        assertThat(leads()).isTrue();
        assertThat(elector.standing().problem()).isEmpty();
    }

    @Test
    void aReleaseEndsTheTermBeforeItFreesTheLease() {
        elector.step();
        lease.before(() -> assertThat(elector.standing().term()).isEmpty());

        assertThat(elector.release(() -> true)).isTrue();

        assertThat(lease.holder()).isEmpty();
        assertThat(lease.spec())
                .containsEntry("leaseDurationSeconds", 1)
                .containsEntry("leaseTransitions", 0L);
        Elector next = elector("next");
        next.step();
        assertThat(next.standing().term()).map(Term::transitions).contains(1L);
    }

    @Test
    void aLeaseIsReleasedThoughARenewalThatWasInterruptedArrivesFirst() {
        elector.step();
        renewalArrivesBeforeRequest(1);

        assertThat(elector.release(() -> true)).isTrue();

        assertThat(lease.holder()).isEmpty();
        assertThat(lease.requests).endsWith("replace", "read", "replace");
    }

    @Test
    void aLeaseIsReleasedThoughThatRenewalArrivesBetweenTwoTries() {
        elector.step();
        lease.put(new LinkedHashMap<>(lease.spec()));
        renewalArrivesBeforeRequest(3);

        assertThat(elector.release(() -> true)).isTrue();

        assertThat(lease.holder()).isEmpty();
    }

    @Test
    void aLeaseThatAnotherOneTookIsNotReleased() {
        elector.step();
        lease.put(foreign("them", "t", 1, 15));

        assertThat(elector.release(() -> true)).isFalse();

        assertThat(lease.holder()).isEqualTo("them");
        assertThat(elector.standing().problem()).isEqualTo("the Lease is not ours any more");
    }

    @Test
    void aReleaseEndsThoughTheLeaseChangesForEver() {
        elector.step();
        lease.before(() -> lease.put(new LinkedHashMap<>(lease.spec())));

        assertThat(elector.release(() -> true)).isFalse();

        assertThat(leads()).isFalse();
        assertThat(elector.standing().problem()).contains("modified");
    }

    /** Counted from now. */
    private void renewalArrivesBeforeRequest(int number) {
        AtomicInteger count = new AtomicInteger();
        lease.before(
                () -> {
                    if (count.incrementAndGet() == number) {
                        lease.put(new LinkedHashMap<>(lease.spec()));
                    }
                });
    }

    @Test
    void aLeaseWithWritesUnderWayIsLeftToExpire() {
        elector.step();

        assertThat(elector.release(() -> false)).isFalse();

        assertThat(leads()).isFalse();
        assertThat(lease.holder()).isEqualTo("us");
    }

    @Test
    void aFollowerReleasesNothing() {
        lease.put(foreign("them", "t", 0, 15));
        elector.step();

        assertThat(elector.release(() -> true)).isFalse();

        assertThat(lease.holder()).isEqualTo("them");
    }

    @Test
    void whatOthersPutIntoTheLeaseStays() {
        Map<String, Object> spec = new LinkedHashMap<>(foreign("", "t", 0, 1));
        spec.put("strategy", "OldestEmulationVersion");
        lease.put(spec);

        elector.step();

        assertThat(lease.spec()).containsEntry("strategy", "OldestEmulationVersion");
    }

    private Duration runWhileLeading() {
        Instant from = clock.instant();
        while (leads()) {
            Duration wait = elector.step();
            if (leads()) {
                clock.advance(wait);
            }
        }
        return Duration.between(from, clock.instant());
    }

    private Elector elector(String identity) {
        return new Elector(
                "test",
                identity,
                TIMING,
                Duration.ofMillis(1_500),
                lease,
                this::nanos,
                clock,
                () -> 0.5);
    }

    private Optional<Term> term() {
        return elector.standing().term().filter(term -> term.validAt(nanos()));
    }

    private long nanos() {
        return Duration.between(START, clock.instant()).toNanos();
    }

    private boolean leads() {
        return term().isPresent();
    }

    private static Map<String, Object> foreign(
            String holder, String renewed, long transitions, int seconds) {
        return Map.of(
                "holderIdentity", holder,
                "renewTime", renewed,
                "acquireTime", "not a time",
                "leaseTransitions", transitions,
                "leaseDurationSeconds", seconds);
    }
}
