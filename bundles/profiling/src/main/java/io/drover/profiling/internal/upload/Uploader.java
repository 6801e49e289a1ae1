package io.drover.profiling.internal.upload;

import io.drover.api.intake.Sender;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends profiles to the intake. What cannot be sent waits on disk, up to a bound. For one thread,
 * which it blocks; the figures are for any.
 */
public final class Uploader {

    private static final Logger LOG = LoggerFactory.getLogger(Uploader.class);

    private final UploadSettings settings;
    private final Spool spool;
    private final List<String> tags;
    private final Sender sender;
    private final LongAdder sent = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private volatile int waiting;
    private volatile String trouble = "";

    /**
     * @param folder where profiles wait
     * @param facts tags that the agent itself gives, {@code name:value}
     */
    public Uploader(UploadSettings settings, Path folder, List<String> facts, Sender sender) {
        this.settings = settings;
        this.spool = new Spool(folder);
        this.sender = sender;
        this.tags = new ArrayList<>(List.of("service:" + settings.service()));
        tags.addAll(facts);
        tags.addAll(settings.tags());
    }

    /** Writes a profile's recording; says whether there was anything to write. */
    public interface Recording extends Spool.Recording {}

    /**
     * Takes one more profile, then sends what waits, the oldest first, until one cannot be sent.
     */
    public void next(Instant start, Instant end, Recording recording) throws InterruptedException {
        try {
            spool.add(start, end, recording);
            keepToTheBound();
            sendAll();
        } catch (IOException e) {
            tell("profiles cannot be kept on disk: " + e.getMessage());
        }
    }

    /** Sends what waits; for when there is no new profile. */
    public void again() throws InterruptedException {
        try {
            sendAll();
        } catch (IOException e) {
            tell("profiles cannot be read from disk: " + e.getMessage());
        }
    }

    private void keepToTheBound() throws IOException {
        List<Spool.Waiting> all = spool.waiting();
        for (Spool.Waiting old : all.subList(0, Math.max(0, all.size() - settings.waitingMax()))) {
            spool.remove(old);
            dropped.increment();
        }
    }

    private void sendAll() throws IOException, InterruptedException {
        List<Spool.Waiting> all = spool.waiting();
        int left = all.size();
        waiting = left;
        for (Spool.Waiting one : all) {
            Optional<String> hindrance = sender.hindrance();
            if (hindrance.isPresent()) {
                tell("profiles wait to be sent: " + hindrance.get());
                return;
            }
            if (!send(one)) {
                return;
            }
            left--;
            waiting = left;
        }
        if (!all.isEmpty()) {
            tell("");
        }
    }

    /** Whether this one need not wait any more. */
    private boolean send(Spool.Waiting one) throws IOException, InterruptedException {
        int answer;
        try {
            ProfilePost post = new ProfilePost(one, tags, "drover-" + UUID.randomUUID());
            answer = sender.post(settings.target(), post, settings.timeout());
        } catch (IOException e) {
            tell("profiles wait to be sent: " + e.getMessage());
            return false;
        }
        if (answer / 100 == 2) {
            spool.remove(one);
            sent.increment();
            return true;
        }
        String host = settings.target().getHost();
        if (answer == 400 || answer == 413 || answer == 415 || answer == 422) {
            // It would not be taken tomorrow either, and would hold up the others.
            spool.remove(one);
            dropped.increment();
            LOG.warn("a profile was dropped: host={} status={}", host, answer);
            return true;
        }
        tell("profiles wait to be sent: " + host + " answers HTTP " + answer);
        return false;
    }

    private void tell(String what) {
        if (!what.equals(trouble)) {
            if (what.isEmpty()) {
                LOG.info("profiles are sent again");
            } else {
                LOG.warn("{}", what);
            }
            trouble = what;
        }
    }

    /** Why nothing is sent, in a sentence; empty while all is well. */
    public String trouble() {
        return trouble;
    }

    /** Profiles that the intake took. */
    public long sent() {
        return sent.sum();
    }

    /** Profiles that were given up. */
    public long dropped() {
        return dropped.sum();
    }

    /** Profiles on disk. */
    public int waiting() {
        return waiting;
    }

    /** Nothing more is sent; what waits stays on disk. */
    public void close() {
        sender.close();
    }
}
