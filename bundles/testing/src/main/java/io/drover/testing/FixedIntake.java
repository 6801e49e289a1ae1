package io.drover.testing;

import io.drover.api.intake.Content;
import io.drover.api.intake.Intake;
import io.drover.api.intake.Sender;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An intake that keeps what is posted and answers as the test says. Safe for many threads. */
public final class FixedIntake implements Intake {

    private final List<String> open = new ArrayList<>();
    private final List<Posted> posts = new ArrayList<>();
    private String hindrance = "";
    private int answer = 202;
    private IOException failure;

    /**
     * One post.
     *
     * @param text the body, one character for each byte
     */
    public record Posted(URI target, String type, String text) {}

    /** Answers with this status from now on. */
    public synchronized void answers(int status) {
        answer = status;
        failure = null;
    }

    /** Does not answer from now on. */
    public synchronized void fails(IOException e) {
        failure = e;
    }

    /** Nothing can be sent for this reason; empty for no longer. */
    public synchronized void hinders(String why) {
        hindrance = why;
    }

    /** What is sent now, by the words of those who send. */
    public synchronized List<String> open() {
        return List.copyOf(open);
    }

    /** All posts that had an answer, in their order. */
    public synchronized List<Posted> posts() {
        return List.copyOf(posts);
    }

    @Override
    public synchronized Sender open(String what) {
        open.add(what);
        return new Sender() {
            @Override
            public Optional<String> hindrance() {
                synchronized (FixedIntake.this) {
                    return hindrance.isEmpty() ? Optional.empty() : Optional.of(hindrance);
                }
            }

            @Override
            public int post(URI target, Content content, Duration timeout) throws IOException {
                return take(target, content);
            }

            @Override
            public void close() {
                synchronized (FixedIntake.this) {
                    open.remove(what);
                }
            }
        };
    }

    private synchronized int take(URI target, Content content) throws IOException {
        if (failure != null) {
            throw failure;
        }
        try (InputStream body = content.open()) {
            posts.add(
                    new Posted(
                            target,
                            content.type(),
                            new String(body.readAllBytes(), StandardCharsets.ISO_8859_1)));
        }
        return answer;
    }
}
