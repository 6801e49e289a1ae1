package io.drover.security.internal.guard;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Answers that hold for a while, at most so many: the one that was used longest ago goes first. */
final class Remembered<V> {

    private final Map<String, Answer<V>> answers = new LinkedHashMap<>(16, 0.75f, true);
    private final LongSupplier nanos;

    private static final class Answer<V> {
        private final V value;
        private final long untilNanos;

        Answer(V value, long untilNanos) {
            this.value = value;
            this.untilNanos = untilNanos;
        }
    }

    /**
     * @param nanos the monotonic clock
     */
    Remembered(LongSupplier nanos) {
        this.nanos = nanos;
    }

    synchronized Optional<V> get(String key) {
        Answer<V> answer = answers.get(key);
        if (answer == null) {
            return Optional.empty();
        }
        if (answer.untilNanos - nanos.getAsLong() <= 0) {
            answers.remove(key);
            return Optional.empty();
        }
        return Optional.of(answer.value);
    }

    synchronized void put(String key, V value, Duration life, int max) {
        answers.put(key, new Answer<>(value, nanos.getAsLong() + life.toNanos()));
        while (answers.size() > max) {
            var oldest = answers.entrySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    synchronized void clear() {
        answers.clear();
    }

    synchronized int size() {
        return answers.size();
    }
}
