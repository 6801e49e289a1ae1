package io.drover.config.recorder;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What components of test bundles saw; shared by all bundles through the system bundle. */
public final class Recorder {

    private static final List<String> SEEN = new CopyOnWriteArrayList<>();

    private Recorder() {}

    /** A component was activated, modified or deactivated. */
    public static void saw(String what) {
        SEEN.add(what);
    }

    /** All of it so far, in order. */
    public static List<String> seen() {
        return List.copyOf(SEEN);
    }

    /** Begins anew. */
    public static void clear() {
        SEEN.clear();
    }
}
