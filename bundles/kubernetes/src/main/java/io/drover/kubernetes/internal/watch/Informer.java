package io.drover.kubernetes.internal.watch;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.Watch.Phase;
import io.drover.api.kubernetes.Watch.State;
import io.drover.kubernetes.internal.client.BackOff;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the objects of one kind, through every loss of the connection: a state machine that is
 * driven by {@link #look} from one thread and by its watch from others.
 *
 * <p>A watch that ends goes on from the last version; all objects are read anew when that is not
 * known any more (410), and when the watch was silent for longer than its patience: the API server
 * sends a bookmark about each minute, so silence means that nobody is there. The objects that are
 * known stay meanwhile.
 *
 * @param <T> what is kept of an object
 */
public final class Informer<T> {

    private static final Logger log = LoggerFactory.getLogger(Informer.class);

    /** A watch that lived so long was a good one: its end is no failure. */
    private static final Duration GOOD = Duration.ofSeconds(5);

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration NO_CLUSTER_LOOK = Duration.ofSeconds(5);

    /** An outage is told when the connection is not there again after so long. */
    private static final Duration PATIENCE = Duration.ofMillis(1_500);

    private final String name;
    private final ListWatch source;
    private final Sink<T> sink;
    private final Timing timing;
    private final BackOff backOff;
    private final WatchCounters counters;
    private final LongSupplier nanos;
    private final Clock clock;
    private final Runnable wake;
    private final Cache<T> cache;
    private State state;
    private boolean closed;
    private boolean synced;
    private boolean pagedList;
    private boolean relist;
    private Attempt attempt;
    private long heardAtNanos;
    private long lostAtNanos;
    private long notBeforeNanos;
    private String failure = "";

    /**
     * Times of an informer.
     *
     * @param duration of one watch, at most twice that
     * @param silence after which a watch is given up
     */
    public record Timing(Duration duration, Duration silence) {}

    /**
     * @param name for logs and messages: the kind
     * @param kept what is kept of an object
     * @param backOff between failed attempts; gives the random part of the duration, too
     * @param wake has {@link #look} called soon; must not block
     */
    public Informer(
            String name,
            ListWatch source,
            Function<KubeObject, T> kept,
            Sink<T> sink,
            Timing timing,
            BackOff backOff,
            WatchCounters counters,
            LongSupplier nanos,
            Clock clock,
            Runnable wake) {
        this.name = name;
        this.source = source;
        this.sink = sink;
        this.timing = timing;
        this.backOff = backOff;
        this.counters = counters;
        this.nanos = nanos;
        this.clock = clock;
        this.wake = wake;
        this.cache = new Cache<>(kept);
        this.state = new State(Phase.NO_CLUSTER, clock.instant(), source.problem());
        this.notBeforeNanos = nanos.getAsLong();
    }

    /** Where it stands. */
    public synchronized State state() {
        return state;
    }

    /** How many objects it knows. */
    public synchronized int size() {
        return cache.size();
    }

    /** The age of the last thing that was heard of a live watch; zero while there is none. */
    public synchronized Duration silence() {
        return attempt == null ? Duration.ZERO : Duration.ofNanos(nanos.getAsLong() - heardAtNanos);
    }

    /** The version of an object that is known; empty when it is not. */
    public synchronized String versionOf(String key) {
        return cache.versionOf(key);
    }

    /** Tells a newcomer all that is known, then how it stands; nothing changes meanwhile. */
    public synchronized void tell(Sink<T> newcomer, Runnable joins) {
        cache.forEach((key, value) -> newcomer.put(key, null, value));
        newcomer.changed(state);
        joins.run();
    }

    /** The watch is deaf as far as somebody else can tell: everything is read anew. */
    public synchronized void distrust(String why) {
        if (attempt != null && !closed) {
            counters.relistsDeaf.increment();
            giveUp(why);
            wake.run();
        }
    }

    /** The connection was lost and is there again: whatever is open may hang. */
    public synchronized void reconnect() {
        if (attempt != null && !closed) {
            failure = "the API server was lost";
            dropAttempt();
            wake.run();
        }
        notBeforeNanos = nanos.getAsLong();
    }

    /** Ends it; nothing is told any more once this has returned. */
    public synchronized void close() {
        closed = true;
        dropAttempt();
    }

    /**
     * Does what is to be done now; blocks for some requests at most.
     *
     * @return when to look again
     */
    public Duration look() {
        synchronized (this) {
            if (closed) {
                return LOOK;
            }
            if (attempt != null) {
                return watchOver();
            }
            long wait = notBeforeNanos - nanos.getAsLong();
            if (wait > 0) {
                tellLoss();
                return Duration.ofNanos(Math.min(wait, LOOK.toNanos()));
            }
        }
        try {
            return begin(source.presence());
        } catch (ClusterException e) {
            return failed(e.getMessage(), e.retryAfter());
        }
    }

    private Duration begin(ListWatch.Presence presence) throws ClusterException {
        switch (presence) {
            case NO_CLUSTER -> {
                enter(Phase.NO_CLUSTER, source.problem());
                return NO_CLUSTER_LOOK;
            }
            case NO_KIND -> {
                noKind();
                return backOff.next();
            }
            case SERVED -> {
                if (listsFirst()) {
                    list();
                }
                open();
                return LOOK;
            }
        }
        throw new IllegalStateException("presence " + presence);
    }

    private synchronized boolean listsFirst() {
        if (!synced && state.phase() != Phase.RECONNECTING) {
            enter(Phase.LISTING, failure);
        }
        return pagedList && (relist || cache.version().isEmpty());
    }

    private void list() throws ClusterException {
        synchronized (this) {
            cache.listBegins();
        }
        boolean complete = false;
        try {
            String version = source.list(this::put);
            complete(version);
            complete = true;
        } finally {
            if (!complete) {
                synchronized (this) {
                    cache.listBreaksOff();
                }
            }
        }
    }

    private synchronized void open() {
        if (closed) {
            return;
        }
        boolean all = relist || cache.version().isEmpty();
        if (all) {
            cache.listBegins();
        }
        heardAtNanos = nanos.getAsLong();
        Attempt made = new Attempt();
        attempt = made;
        long spread = (long) (backOff.random() * timing.duration.toNanos());
        made.stop = source.watch(cache.version(), timing.duration.plusNanos(spread), made);
        if (attempt != made) {
            made.stop.run();
        }
    }

    private Duration watchOver() {
        tellLoss();
        long silent = nanos.getAsLong() - heardAtNanos;
        long left = timing.silence.toNanos() - silent;
        if (left > 0) {
            return Duration.ofNanos(Math.min(left, LOOK.toNanos()));
        }
        counters.relistsSilent.increment();
        giveUp("the watch of " + name + " was silent for " + silent / 1_000_000_000L + " s");
        return Duration.ZERO;
    }

    private void giveUp(String why) {
        failure = why;
        relist = true;
        log.warn("watch given up: kind={} cause={}", name, why);
        dropAttempt();
        notBeforeNanos = nanos.getAsLong();
    }

    private void dropAttempt() {
        Attempt open = attempt;
        attempt = null;
        if (cache.listing()) {
            cache.listBreaksOff();
        }
        if (open != null) {
            lostAtNanos = nanos.getAsLong();
            open.stop.run();
        }
    }

    private void tellLoss() {
        boolean opened = attempt != null && attempt.opened;
        if (state.phase() == Phase.LIVE
                && !opened
                && nanos.getAsLong() - lostAtNanos > PATIENCE.toNanos()) {
            enter(Phase.RECONNECTING, failure.isEmpty() ? "the connection is lost" : failure);
        }
    }

    private synchronized Duration failed(String why, Duration wish) {
        failure = why;
        counters.failures.increment();
        Duration wait = backOff.next();
        wait = wait.compareTo(wish) < 0 ? wish : wait;
        notBeforeNanos = nanos.getAsLong() + wait.toNanos();
        if (synced) {
            enter(Phase.RECONNECTING, why);
        } else {
            enter(state.phase() == Phase.NO_KIND ? Phase.LISTING : state.phase(), why);
        }
        return wait;
    }

    /** All objects of a kind that is not there are gone. */
    private synchronized void noKind() {
        failure = "";
        cache.listBegins();
        cache.listCompletes("", this::gone);
        synced = false;
        enter(Phase.NO_KIND, "the API server does not serve " + name);
    }

    private synchronized void put(KubeObject object) {
        if (closed) {
            return;
        }
        heardAtNanos = nanos.getAsLong();
        Cache.Change<T> change = cache.put(object);
        switch (change.kind()) {
            case ADDED, UPDATED -> {
                counters.events.increment();
                sink.put(object.key(), change.before(), change.after());
            }
            case STALE -> counters.stale.increment();
            default -> {}
        }
    }

    private synchronized void complete(String version) {
        if (closed) {
            return;
        }
        heardAtNanos = nanos.getAsLong();
        cache.listCompletes(version, this::gone);
        relist = false;
        synced = true;
        counters.lists.increment();
        live();
    }

    private void gone(String key, T last) {
        counters.events.increment();
        sink.removed(key, last);
    }

    private void live() {
        failure = "";
        if (synced) {
            enter(Phase.LIVE, "");
        }
    }

    private void enter(Phase phase, String reason) {
        synchronized (this) {
            if (closed || (state.phase() == phase && state.reason().equals(reason))) {
                return;
            }
            if (state.phase() != phase) {
                log.info("watch: kind={} phase={} reason={}", name, phase, reason);
            }
            state =
                    new State(
                            phase,
                            state.phase() == phase ? state.since() : clock.instant(),
                            reason);
            sink.changed(state);
        }
    }

    /** One watch; what it says after another one has begun is not heard. */
    private final class Attempt implements ListWatch.Listener {
        private final long beganNanos = nanos.getAsLong();
        private volatile Runnable stop = () -> {};
        private boolean opened;

        private boolean current() {
            return attempt == this && !closed;
        }

        @Override
        public void opened() {
            synchronized (Informer.this) {
                if (current()) {
                    opened = true;
                    heardAtNanos = nanos.getAsLong();
                    if (!cache.listing()) {
                        live();
                    }
                }
            }
        }

        @Override
        public void put(KubeObject object) {
            synchronized (Informer.this) {
                if (current()) {
                    Informer.this.put(object);
                }
            }
        }

        @Override
        public void removed(KubeObject last) {
            synchronized (Informer.this) {
                if (current()) {
                    heardAtNanos = nanos.getAsLong();
                    Cache.Change<T> change = cache.remove(last);
                    if (change.kind() == Cache.What.DELETED) {
                        gone(last.key(), change.before());
                    }
                }
            }
        }

        @Override
        public void complete(String version) {
            synchronized (Informer.this) {
                if (current() && cache.listing()) {
                    Informer.this.complete(version);
                    backOff.reset();
                }
            }
        }

        @Override
        public void bookmark(String version) {
            synchronized (Informer.this) {
                if (current()) {
                    heardAtNanos = nanos.getAsLong();
                    cache.bookmark(version);
                    backOff.reset();
                }
            }
        }

        @Override
        public void ended(ListWatch.End end) {
            synchronized (Informer.this) {
                if (!current()) {
                    return;
                }
                dropAttempt();
                if (nanos.getAsLong() - beganNanos > GOOD.toNanos()) {
                    backOff.reset();
                }
                Duration wait = follows(end);
                notBeforeNanos = nanos.getAsLong() + wait.toNanos();
            }
            wake.run();
        }

        /** At once; but if this was such a reading already, the API server cannot do better now. */
        private Duration anew() {
            Duration wait = relist ? backOff.next() : Duration.ZERO;
            relist = true;
            return wait;
        }

        private Duration follows(ListWatch.End end) {
            log.debug("watch ended: kind={} why={} {}", name, end.kind(), end.why());
            switch (end.kind()) {
                case REGULAR -> {
                    return nanos.getAsLong() - beganNanos > GOOD.toNanos()
                            ? Duration.ZERO
                            : backOff.next();
                }
                case EXPIRED -> {
                    counters.relistsExpired.increment();
                    return anew();
                }
                case NO_STREAMED_LIST -> {
                    pagedList = true;
                    return Duration.ZERO;
                }
                case KIND_GONE -> {
                    source.forget();
                    return anew();
                }
                default -> {
                    failure = "list or watch of " + name + " failed: " + end.why();
                    counters.failures.increment();
                    if (!synced) {
                        enter(state.phase(), failure);
                    }
                    Duration wait = backOff.next();
                    return wait.compareTo(end.retryAfter()) < 0 ? end.retryAfter() : wait;
                }
            }
        }
    }
}
