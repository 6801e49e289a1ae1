package io.drover.http.internal.serve;

import java.util.HashMap;
import java.util.Map;

/** Counts the live streams that are open, and bounds them. Any thread. */
final class Streams {

    private final Map<Object, Integer> ofSource = new HashMap<>();
    private int open;

    /** False when there is no place for one more. */
    synchronized boolean open(Object source, int max, int maxOfSource) {
        if (open >= max || ofSource.getOrDefault(source, 0) >= maxOfSource) {
            return false;
        }
        open++;
        ofSource.merge(source, 1, Integer::sum);
        return true;
    }

    synchronized void close(Object source) {
        open--;
        ofSource.computeIfPresent(source, (key, n) -> n == 1 ? null : n - 1);
    }

    synchronized int open() {
        return open;
    }
}
