package io.drover.http.internal.route;

import io.drover.api.http.RateClass;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * How often each source may ask: a token bucket for all requests together and one for each rate
 * class, in the form of the generic cell rate algorithm (ITU-T I.371), which needs one number a
 * bucket. A source is an IPv4 address or a /64 of IPv6; those beyond the bound share one set of
 * buckets. Any thread; free of locks and of allocation.
 */
public final class Rates {

    /** A bucket holds what so many nanoseconds fill. */
    private static final long BURST_NANOS = 2_000_000_000L;

    /** Looking for buckets that are full again costs a pass over all; not more often than this. */
    private static final long TIDY_NANOS = 100_000_000L;

    private static final int ALL = 0;
    private static final int HEAVY = 1;
    private static final int CHANGE = 2;
    private static final int BUCKETS = 3;

    private static final String UNIX = "unix";

    /**
     * Requests a second; 0 for no limit.
     *
     * @param all of one source, whatever they ask for and whoever asks
     */
    public record Allowed(int all, int heavy, int change) {}

    private final Map<Object, AtomicLongArray> sources = new ConcurrentHashMap<>();
    private final AtomicLongArray others = new AtomicLongArray(BUCKETS);
    private final AtomicLong tidied = new AtomicLong();
    private final LongAdder shared = new LongAdder();
    private final LongSupplier nanoTime;
    private final int maxSources;

    /**
     * @param nanoTime as {@link System#nanoTime}
     */
    public Rates(LongSupplier nanoTime, int maxSources) {
        this.nanoTime = nanoTime;
        this.maxSources = maxSources;
        tidied.set(nanoTime.getAsLong() - TIDY_NANOS);
    }

    /**
     * Takes one request of {@code source}, before anything is known of it.
     *
     * @return 0 if it is allowed, else the nanoseconds after which one would be
     */
    public long take(Optional<InetAddress> source, Allowed allowed) {
        return take(source, ALL, allowed.all());
    }

    /** The same for a request of a rate class, once it is admitted. */
    public long take(Optional<InetAddress> source, RateClass rate, Allowed allowed) {
        return switch (rate) {
            case LIGHT -> 0;
            case HEAVY, STREAM -> take(source, HEAVY, allowed.heavy());
            case CHANGE -> take(source, CHANGE, allowed.change());
        };
    }

    private long take(Optional<InetAddress> source, int bucket, int perSecond) {
        if (perSecond == 0) {
            return 0;
        }
        long now = nanoTime.getAsLong();
        AtomicLongArray buckets = buckets(source, now);
        long interval = 1_000_000_000L / perSecond;
        while (true) {
            long before = buckets.get(bucket);
            // 0: never used. What lies in the past is as good as full.
            long from = before == 0 || before - now < 0 ? now : before;
            long wait = from + interval - now - BURST_NANOS;
            if (wait > 0) {
                return wait;
            }
            if (buckets.compareAndSet(bucket, before, from + interval)) {
                return 0;
            }
        }
    }

    private AtomicLongArray buckets(Optional<InetAddress> source, long now) {
        Object key = source.isEmpty() ? UNIX : key(source.get());
        AtomicLongArray known = sources.get(key);
        if (known != null) {
            return known;
        }
        if (sources.size() >= maxSources) {
            tidy(now);
        }
        if (sources.size() >= maxSources) {
            shared.increment();
            return others;
        }
        return sources.computeIfAbsent(key, k -> new AtomicLongArray(BUCKETS));
    }

    private static Object key(InetAddress address) {
        return address instanceof Inet6Address
                ? (Object) ByteBuffer.wrap(address.getAddress()).getLong()
                : address;
    }

    /** Buckets that are full again need not be remembered. */
    private void tidy(long now) {
        long last = tidied.get();
        if (now - last >= TIDY_NANOS && tidied.compareAndSet(last, now)) {
            sources.values().removeIf(buckets -> full(buckets, now));
        }
    }

    private static boolean full(AtomicLongArray buckets, long now) {
        for (int i = 0; i < buckets.length(); i++) {
            long at = buckets.get(i);
            if (at != 0 && at - now > 0) {
                return false;
            }
        }
        return true;
    }

    /** Sources that are remembered. */
    public int sources() {
        return sources.size();
    }

    /** Requests of sources that had to share buckets, because too many others were there. */
    public long shared() {
        return shared.sum();
    }
}
