package io.drover.kubernetes.internal.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.ClusterException.Cause;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.Term;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Five candidates over hours of simulated time, with requests that are slow, hang, or lose their
 * answer after they were done, candidates that freeze or release, clocks that differ by hours and
 * run at rates from 0.85 to 1.2 (1.41 apart; the timing allows 1.5), and a Lease that is deleted.
 */
class ElectionSimulationTest {

    private static final int CANDIDATES = 5;
    private static final Timing TIMING =
            new Timing(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
    private static final Duration REQUEST = Duration.ofMillis(1_500);
    private static final long SIMULATED = Duration.ofHours(8).toNanos();

    private final VirtualTime time = new VirtualTime();
    private final List<Sim> sims = new ArrayList<>();
    private final TreeSet<Long> terms = new TreeSet<>();
    private Random random;
    private Map<String, Object> spec;
    private int version;
    private int uid;
    private long createdAt;
    private boolean stop;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void thereIsNeverMoreThanOneLeader(long seed) {
        random = new Random(seed);
        for (int i = 0; i < CANDIDATES; i++) {
            Sim sim = new Sim("candidate-" + i);
            sims.add(sim);
            time.start(sim::run);
        }
        long led = 0;
        Map<Long, String> owners = new HashMap<>();

        while (time.now() < SIMULATED && time.advance()) {
            List<Sim> leaders = sims.stream().filter(Sim::leads).toList();
            assertThat(leaders)
                    .as("leaders at %s", Duration.ofNanos(time.now()))
                    .hasSizeLessThan(2);
            for (Sim leader : leaders) {
                led++;
                long token = leader.term().transitions() + 1_000_000L * uidNumber(leader.term());
                terms.add(token);
                assertThat(owners.computeIfAbsent(token, t -> leader.name))
                        .as("one owner of each term")
                        .isEqualTo(leader.name);
            }
        }
        stop = true;
        while (time.advance()) {} // lets the threads end

        assertThat(terms).as("terms").hasSizeGreaterThan(300);
        assertThat(led).isPositive();
    }

    private static long uidNumber(Term term) {
        return Long.parseLong(term.leaseUid());
    }

    /** One candidate with its own clock and its own way to the API server. */
    private final class Sim implements LeaseStore {
        private final String name;
        private final double rate = 0.85 + 0.35 * random.nextDouble();
        private final long offset = (random.nextInt(7_200) - 3_600) * 1_000_000_000L;
        private Elector elector;
        private final boolean watching = random.nextBoolean();
        private long brokenUntil;
        private long deafUntil;
        private int toldVersion;
        private boolean seen;

        Sim(String name) {
            this.name = name;
            elector = elector();
        }

        private Elector elector() {
            Elector made =
                    new Elector(
                            "test",
                            name,
                            TIMING,
                            REQUEST,
                            this,
                            this::nanos,
                            wall(),
                            random::nextDouble);
            made.watched(watching);
            return made;
        }

        @Override
        public Runnable follow(String version, Follower follower) {
            return () -> {}; // the candidates are told by hand
        }

        private long nanos() {
            return offset + (long) (time.now() * rate);
        }

        private Clock wall() {
            return Clock.fixed(Instant.EPOCH.plusNanos(Math.abs(offset)), ZoneOffset.UTC);
        }

        boolean leads() {
            return elector.standing().term().filter(term -> term.validAt(nanos())).isPresent();
        }

        Term term() {
            return elector.standing().term().orElseThrow();
        }

        void run() {
            while (!stop) {
                await(local(elector.step()));
                double luck = random.nextDouble();
                if (luck < 0.006) {
                    time.sleep(Duration.ofSeconds(20).toNanos()); // stopped, as by SIGSTOP
                } else if (luck < 0.012) {
                    elector.release(() -> true);
                    elector = elector();
                    seen = false;
                    time.sleep(Duration.ofSeconds(5).toNanos());
                } else if (luck < 0.03) {
                    brokenUntil = time.now() + random.nextInt(25) * 1_000_000_000L;
                } else if (luck < 0.031
                        && time.now() - createdAt > 60_000_000_000L
                        && sims.stream().allMatch(sim -> sim.seen)) {
                    spec = null; // deleted; one that never saw it could not know of its holder
                }
            }
        }

        /** Waits, and is told meanwhile of each change of the Lease if it can watch it. */
        private void await(long wait) {
            if (!watching) {
                time.sleep(wait);
                return;
            }
            time.sleep(wait, 50_000_000L, () -> stop || hears());
            if (hears()) {
                toldVersion = version;
                elector.saw(now());
            }
            if (elector.watchIsDeaf() || random.nextDouble() < 0.01) {
                deafUntil = elector.watchIsDeaf() ? 0 : time.now() + 30_000_000_000L;
                elector.watched(true); // a new watch
            }
        }

        private boolean hears() {
            return spec != null && version != toldVersion && time.now() >= deafUntil;
        }

        /** A wait by this candidate's clock, in true time. */
        private long local(Duration wait) {
            return (long) (wait.toNanos() / rate);
        }

        @Override
        public String namespace() {
            return "default";
        }

        @Override
        public String name() {
            return "drover-test";
        }

        @Override
        public Optional<LeaseRecord> read(long timeoutNanos) throws ClusterException {
            boolean answered = travel(timeoutNanos);
            Optional<LeaseRecord> found = spec == null ? Optional.empty() : Optional.of(now());
            travelBack(answered, timeoutNanos);
            seen |= found.isPresent();
            return found;
        }

        @Override
        public LeaseRecord create(LeaseRecord lease, long timeoutNanos) throws ClusterException {
            boolean answered = travel(timeoutNanos);
            if (spec != null) {
                throw new ClusterException(Cause.CONFLICT, "exists");
            }
            uid++;
            createdAt = time.now();
            return store(lease, answered, timeoutNanos);
        }

        @Override
        public LeaseRecord replace(LeaseRecord lease, long timeoutNanos) throws ClusterException {
            boolean answered = travel(timeoutNanos);
            if (spec == null) {
                throw new ClusterException(Cause.NOT_FOUND, "not found");
            }
            if (!lease.object().resourceVersion().equals(String.valueOf(version))) {
                throw new ClusterException(Cause.CONFLICT, "modified");
            }
            return store(lease, answered, timeoutNanos);
        }

        private LeaseRecord store(LeaseRecord lease, boolean answered, long timeoutNanos)
                throws ClusterException {
            version++;
            spec = lease.object().spec();
            LeaseRecord stored = now();
            travelBack(answered, timeoutNanos);
            return stored;
        }

        /** To the API server: false when the answer will be lost. */
        private boolean travel(long timeoutNanos) throws ClusterException {
            if (time.now() < brokenUntil && random.nextBoolean()) {
                time.sleep((long) (timeoutNanos / rate));
                throw new ClusterException(Cause.UNAVAILABLE, "no answer in time");
            }
            time.sleep(1_000_000L + random.nextInt(200_000_000));
            return time.now() >= brokenUntil || random.nextBoolean();
        }

        private void travelBack(boolean answered, long timeoutNanos) throws ClusterException {
            time.sleep(answered ? random.nextInt(200_000_000) : (long) (timeoutNanos / rate));
            if (!answered) {
                throw new ClusterException(Cause.UNAVAILABLE, "no answer in time");
            }
        }

        private LeaseRecord now() {
            return new LeaseRecord(
                    new KubeObject(
                            Map.of(
                                    "metadata",
                                    Map.of(
                                            "resourceVersion",
                                            String.valueOf(version),
                                            "uid",
                                            String.valueOf(uid)),
                                    "spec",
                                    spec)));
        }
    }
}
