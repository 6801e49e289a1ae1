package io.drover.autoscaling.internal;

import io.drover.api.autoscaling.Decision;
import io.drover.api.autoscaling.Decisions;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The newest decisions, for whoever follows them. Any thread. */
final class DecisionLog implements Decisions {

    private static final Logger log = LoggerFactory.getLogger(DecisionLog.class);

    private final int max;
    private final long epoch = new SecureRandom().nextLong() | 1;
    private final List<Runnable> readers = new CopyOnWriteArrayList<>();

    /** Guarded by this. */
    private final ArrayDeque<Decision> kept = new ArrayDeque<>();

    private long newest;

    /**
     * @param max how many are kept
     */
    DecisionLog(int max) {
        this.max = max;
    }

    /** Adds the newest. */
    void add(Decision decision) {
        synchronized (this) {
            if (kept.size() == max) {
                kept.removeFirst();
            }
            kept.addLast(decision);
            newest++;
        }
        readers.forEach(this::call);
    }

    private void call(Runnable reader) {
        try {
            reader.run();
        } catch (RuntimeException e) {
            // The reader's code, on a worker of the controller.
            log.warn("a reader of decisions failed, it is not called any more", e);
            readers.remove(reader);
        }
    }

    /** The newest decision about one autoscaler. */
    synchronized Optional<Decision> newestOf(String namespace, String name) {
        return Optional.ofNullable(
                kept.stream()
                        .filter(each -> each.namespace().equals(namespace))
                        .filter(each -> each.name().equals(name))
                        .reduce(null, (before, after) -> after));
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public synchronized long newest() {
        return newest;
    }

    @Override
    public synchronized Page after(long number, int count) {
        long oldest = newest - kept.size() + 1;
        long first = Math.max(Math.min(number, newest) + 1, oldest);
        List<Decision> found = kept.stream().skip(first - oldest).limit(count).toList();
        return new Page(Math.max(0, oldest - number - 1), first, found);
    }

    @Override
    public AutoCloseable onNew(Runnable ready) {
        readers.add(ready);
        return () -> readers.remove(ready);
    }
}
