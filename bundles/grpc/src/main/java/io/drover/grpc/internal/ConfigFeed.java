package io.drover.grpc.internal;

import io.drover.proto.v1.ConfigEvent;
import io.drover.proto.v1.ResumePoint;
import java.util.Optional;
import java.util.function.Consumer;

/** One reader's place in the configuration's changes: a number, nothing else. */
final class ConfigFeed implements Feed<ConfigEvent> {

    private final ConfigJournal journal;
    private final Consumer<ConfigFeed> onClose;
    private volatile Runnable ready = () -> {};
    private long seen;

    /**
     * @param resume where a former stream ended; its default instance for a new one
     * @param onClose called at the end
     */
    ConfigFeed(ConfigJournal journal, ResumePoint resume, Consumer<ConfigFeed> onClose) {
        this.journal = journal;
        this.onClose = onClose;
        this.seen = resume.getEpoch() == journal.epoch() ? resume.getPosition() : 0;
    }

    /** There is something new. */
    void signal() {
        ready.run();
    }

    @Override
    public ConfigEvent next() {
        Optional<ConfigEvent> next = journal.after(seen);
        next.ifPresent(event -> seen = event.getSequence());
        return next.orElse(null);
    }

    /** It goes with the service, which ends its calls. */
    @Override
    public boolean ended() {
        return false;
    }

    @Override
    public void onReady(Runnable callback) {
        ready = callback;
    }

    @Override
    public Optional<ResumePoint> point() {
        return Optional.of(
                ResumePoint.newBuilder()
                        .setEpoch(journal.epoch())
                        .setPosition(seen)
                        .setSequence(seen)
                        .build());
    }

    @Override
    public void close() {
        onClose.accept(this);
    }
}
