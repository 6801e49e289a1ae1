package io.drover.grpc.internal;

import io.drover.api.autoscaling.Decision;
import io.drover.api.autoscaling.Decisions;
import io.drover.proto.v1.DecisionEvent;
import io.drover.proto.v1.ResumePoint;
import io.drover.proto.v1.WatchDecisionsRequest;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decisions from a number on. They are kept once for all readers; this one holds a page of them
 * at most. The first message tells where the stream begins.
 */
final class DecisionFeed implements Feed<DecisionEvent> {

    private static final Logger log = LoggerFactory.getLogger(DecisionFeed.class);
    private static final int PAGE = 64;

    private final Decisions decisions;
    private final String namespace;
    private final Queue<Decision> page = new ArrayDeque<>();
    private AutoCloseable subscription;
    private boolean begun;
    private long missed;
    private long position;
    private long sequence;

    /**
     * @param request where to begin, and of which namespace
     */
    DecisionFeed(Decisions decisions, WatchDecisionsRequest request) {
        this.decisions = decisions;
        this.namespace = request.getNamespace();
        ResumePoint resume = request.getResume();
        this.sequence = resume.getSequence();
        boolean same = request.hasResume() && resume.getEpoch() == decisions.epoch();
        this.position =
                same ? Math.min(resume.getPosition(), decisions.newest()) : decisions.newest();
    }

    @Override
    public DecisionEvent next() {
        if (!begun) {
            begun = true;
            return DecisionEvent.newBuilder()
                    .setSequence(++sequence)
                    .setPosition(position)
                    .setEpoch(decisions.epoch())
                    .build();
        }
        for (Decision next = take(); next != null; next = take()) {
            if (namespace.isEmpty() || namespace.equals(next.namespace())) {
                return message(next);
            }
        }
        return missed == 0 ? null : message(null);
    }

    private Decision take() {
        if (page.isEmpty()) {
            Decisions.Page read = decisions.after(position, PAGE);
            missed += read.missed();
            position += read.missed();
            page.addAll(read.decisions());
        }
        Decision next = page.poll();
        if (next != null) {
            position++;
        }
        return next;
    }

    private DecisionEvent message(Decision decision) {
        DecisionEvent.Builder message =
                DecisionEvent.newBuilder()
                        .setSequence(++sequence)
                        .setPosition(position)
                        .setEpoch(decisions.epoch())
                        .setMissed(missed);
        if (decision != null) {
            message.setDecision(AutoscalingMessages.decision(decision));
        }
        missed = 0;
        return message.build();
    }

    /** It goes with the service, which ends its calls. */
    @Override
    public boolean ended() {
        return false;
    }

    @Override
    public void onReady(Runnable ready) {
        subscription = decisions.onNew(ready);
    }

    @Override
    public Optional<ResumePoint> point() {
        return Optional.of(
                ResumePoint.newBuilder()
                        .setEpoch(decisions.epoch())
                        .setPosition(position)
                        .setSequence(sequence)
                        .build());
    }

    @Override
    public void close() {
        try {
            if (subscription != null) {
                subscription.close();
            }
        } catch (Exception e) {
            log.debug("the decisions went with an error", e);
        }
    }
}
