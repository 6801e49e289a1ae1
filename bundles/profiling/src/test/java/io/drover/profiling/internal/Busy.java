package io.drover.profiling.internal;

import java.util.ArrayList;
import java.util.List;

/** Work that a profile cannot miss, in methods of names that a test can look for. */
public final class Busy {

    private static volatile double sink;

    private Busy() {}

    /** Computes for so long. */
    public static void computeFor(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        double sum = 0;
        while (System.nanoTime() < end) {
            sum += theHotLoop();
        }
        sink = sum;
    }

    private static double theHotLoop() {
        double sum = 0;
        for (int i = 1; i < 200_000; i++) {
            sum += Math.sqrt(i) / i;
        }
        return sum;
    }

    /** Allocates so many megabytes, and drops them. */
    public static void allocate(int megabytes) {
        List<byte[]> last = new ArrayList<>();
        for (int i = 0; i < megabytes * 16; i++) {
            last.add(theGreedyMethod());
            if (last.size() > 16) {
                last.clear();
            }
        }
        sink = last.size();
    }

    private static byte[] theGreedyMethod() {
        return new byte[65_536];
    }

    /** So that nothing of it can be optimised away. */
    public static double sink() {
        return sink;
    }
}
