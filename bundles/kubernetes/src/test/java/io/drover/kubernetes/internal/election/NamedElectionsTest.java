package io.drover.kubernetes.internal.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.Elections.Candidacy;
import io.drover.api.kubernetes.Standing;
import io.drover.api.kubernetes.Term;
import io.drover.testing.Await;
import io.drover.testing.ManualClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamedElectionsTest {

    private static final Timing TIMING =
            new Timing(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofMillis(20));

    private final ScriptedLease lease = new ScriptedLease(new ManualClock(Instant.EPOCH));
    private final ScheduledExecutorService notifier = Executors.newSingleThreadScheduledExecutor();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final List<Standing> witnessed = new CopyOnWriteArrayList<>();
    private NamedElections elections = elections(Duration.ofMinutes(1));

    @AfterEach
    void end() {
        elections.close();
        assertThat(elections.ended(Duration.ofSeconds(5))).isTrue();
        notifier.shutdownNow();
    }

    @Test
    void aCandidateWaitsForTheCluster() {
        Candidacy candidacy = elections.enter("test", standing -> {});
        assertThat(lease.requests).isEmpty();

        ready.complete(null);

        until("a term", () -> candidacy.term().isPresent());
    }

    @Test
    void listenersAreToldInOrderOnAnotherThreadUntilTheyLeave() {
        List<String> told = new CopyOnWriteArrayList<>();
        List<String> threads = new CopyOnWriteArrayList<>();

        Candidacy candidacy =
                elections.enter(
                        "test",
                        standing -> {
                            told.add(standing.leader());
                            threads.add(Thread.currentThread().getName());
                        });

        ready.complete(null);
        until("both standings", () -> told.size() == 2);
        assertThat(told).containsExactly("", "us");
        assertThat(threads).noneMatch(name -> name.contains("lease"));
        candidacy.close();
        elections.close();
        assertThat(elections.ended(Duration.ofSeconds(5))).isTrue();
        assertThat(told).hasSize(2);
    }

    @Test
    void aListenerThatThrowsOrHangsKeepsNobodyFromRenewing() {
        ready.complete(null);
        CompletableFuture<Void> hang = new CompletableFuture<>();
        Candidacy candidacy =
                elections.enter(
                        "test",
                        standing -> {
                            if (standing.term().isPresent()) {
                                hang.join();
                            }
                            throw new IllegalStateException("a defect");
                        });

        until("renewals", () -> candidacy.standing().renewals() > 5);

        hang.complete(null);
    }

    @Test
    void theLeaseIsKeptWhileAControllerIsReplaced() {
        ready.complete(null);
        Candidacy old = elections.enter("test", standing -> {});
        until("a term", () -> old.term().isPresent());
        Term term = old.term().orElseThrow();

        old.close();
        Candidacy fresh = elections.enter("test", standing -> {});

        assertThat(fresh.term()).map(term::sameAs).contains(true);
        assertThat(lease.holder()).isEqualTo("us");
    }

    @Test
    void afterTheLingerTheLeaseIsGivenUp() {
        elections = elections(Duration.ofMillis(30));
        ready.complete(null);
        Candidacy candidacy = elections.enter("test", standing -> {});
        until("a term", () -> candidacy.term().isPresent());

        candidacy.close();

        until("a free lease", () -> lease.holder().isEmpty());
        assertThat(elections.standings()).isEmpty();
    }

    @Test
    void aCandidateThatIsGivenUpBeforeThereIsAClusterIsNotKept() {
        int before = ready.getNumberOfDependents();
        elections = elections(Duration.ZERO);
        for (int i = 0; i < 20; i++) {
            elections.enter("test-" + i, standing -> {}).close();
        }
        until("nothing left", () -> elections.standings().isEmpty());

        assertThat(ready.getNumberOfDependents()).isEqualTo(before + 1);
        ready.complete(null);
        assertThat(lease.requests).isEmpty();
    }

    @Test
    void anErrorDoesNotEndTheCandidacy() {
        AtomicInteger errors = new AtomicInteger(1);
        lease.before(
                () -> {
                    if (errors.getAndDecrement() > 0) {
                        throw new NoClassDefFoundError("as if a class were missing");
                    }
                });
        ready.complete(null);

        Candidacy candidacy = elections.enter("test", standing -> {});

        until("a term", () -> candidacy.term().isPresent());
    }

    @Test
    void aSecondEndDoesNotDisturbTheRelease() {
        ready.complete(null);
        Candidacy candidacy = elections.enter("test", standing -> {});
        until("a term", () -> candidacy.term().isPresent());
        AtomicBoolean interrupted = new AtomicBoolean();
        lease.before(
                () -> {
                    if (candidacy.term().isEmpty()) {
                        elections.close();
                        interrupted.set(Thread.currentThread().isInterrupted());
                    }
                });

        elections.close();

        assertThat(elections.ended(Duration.ofSeconds(5))).isTrue();
        assertThat(interrupted).isFalse();
        assertThat(lease.holder()).isEmpty();
    }

    @Test
    void theEndReleasesAtOnceAndRefusesFurtherWrites() {
        ready.complete(null);
        Candidacy candidacy = elections.enter("test", standing -> {});
        until("a term", () -> candidacy.term().isPresent());
        Term term = candidacy.term().orElseThrow();

        elections.close();

        assertThat(elections.ended(Duration.ofSeconds(5))).isTrue();
        assertThat(lease.holder()).isEmpty();
        assertThat(elections.permit(term)).isEmpty();
    }

    @Test
    void aLeaseWithAWriteUnderWayIsNotReleased() {
        ready.complete(null);
        Candidacy candidacy = elections.enter("test", standing -> {});
        until("a term", () -> candidacy.term().isPresent());
        Optional<Fence.Permit> permit = elections.permit(candidacy.term().orElseThrow());
        assertThat(permit).isPresent();

        elections.close();

        assertThat(elections.ended(Duration.ofSeconds(5))).isTrue();
        assertThat(lease.holder()).isEqualTo("us");
        permit.get().close();
    }

    @Test
    void aTermOfAnotherTimeOrElectionIsNotLetThrough() {
        ready.complete(null);
        Candidacy candidacy = elections.enter("test", standing -> {});
        until("a term", () -> candidacy.term().isPresent());
        Term now = candidacy.term().orElseThrow();
        long end = now.validUntilNanos();

        assertThat(elections.permit(now)).isPresent();
        assertThat(elections.permit(new Term("test", now.leaseUid(), now.transitions() - 1, end)))
                .isEmpty();
        assertThat(elections.permit(new Term("test", "other", now.transitions(), end))).isEmpty();
        assertThat(elections.permit(new Term("none", now.leaseUid(), now.transitions(), end)))
                .isEmpty();
        assertThat(elections.leads("none")).isFalse();
    }

    @Test
    void theWitnessIsToldOfEachElection() {
        elections.enter("test", standing -> {});
        ready.complete(null);

        until("its term", () -> witnessed.stream().anyMatch(one -> one.term().isPresent()));
    }

    private NamedElections elections(Duration linger) {
        return new NamedElections(
                name ->
                        new Elector(
                                name,
                                "us",
                                TIMING,
                                Duration.ofSeconds(1),
                                lease,
                                System::nanoTime,
                                Clock.systemUTC(),
                                () -> 0.5),
                ready,
                System::nanoTime,
                notifier,
                linger,
                witnessed::add);
    }

    private void until(String what, Callable<Boolean> condition) {
        Await.until(
                what,
                Duration.ofSeconds(5),
                condition,
                () ->
                        elections.standings().stream().map(Standing::toString).toList()
                                + " "
                                + lease.requests);
    }
}
