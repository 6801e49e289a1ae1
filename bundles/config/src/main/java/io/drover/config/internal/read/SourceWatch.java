package io.drover.config.internal.read;

import java.time.Duration;
import java.util.Map;

/**
 * Tells when the files have changed and come to rest: an editor that renames leaves none for a
 * moment, and a ConfigMap volume swaps its files one link at a time. Used by one thread.
 *
 * <p>It looks every second and does not ask the kernel for events (inotify), as those tell nothing
 * of a link further down the path, which is how a ConfigMap changes.
 */
public final class SourceWatch {

    private static final int RESTLESS_MAX = 10;

    private Map<String, String> read;
    private Map<String, String> latest;
    private long latestSince;
    private long restlessSince;

    /**
     * @param now the files' fingerprint when they were read
     */
    public SourceWatch(Map<String, String> now) {
        this.read = now;
    }

    /** Whether it is time to read, by the fingerprint of now. */
    public boolean due(Map<String, String> now, long nanos, Duration settle) {
        if (now.equals(read)) {
            latest = null;
            return false;
        }
        if (latest == null) {
            restlessSince = nanos;
        }
        if (!now.equals(latest)) {
            latest = now;
            latestSince = nanos;
        }
        if (nanos - latestSince < settle.toNanos()
                && nanos - restlessSince < settle.toNanos() * RESTLESS_MAX) {
            return false;
        }
        read = now;
        latest = null;
        return true;
    }

    /** Whether a change was seen that is not due yet. */
    public boolean restless() {
        return latest != null;
    }
}
