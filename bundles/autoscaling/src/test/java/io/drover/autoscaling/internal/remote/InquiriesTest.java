package io.drover.autoscaling.internal.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.autoscaling.internal.decide.Samples.Awaited;
import io.drover.autoscaling.internal.decide.Samples.Failed;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Value;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Questions in their intervals; the test turns the clock and the rounds by hand. */
class InquiriesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final List<Sent> sent = new ArrayList<>();
    private final List<String> news = new ArrayList<>();
    private long nanos;

    /** The thread never runs: it is not begun before the first question, and stopped by then. */
    private final Inquiries inquiries =
            new Inquiries(
                    "Prometheus",
                    "test",
                    Pace.of(
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(2),
                            2,
                            4,
                            Duration.ofSeconds(60),
                            3,
                            Duration.ofSeconds(10),
                            Duration.ofSeconds(20)),
                    new Transport() {
                        @Override
                        public CompletableFuture<Answer> send(Question question) {
                            Sent one = new Sent(question, new CompletableFuture<>());
                            sent.add(one);
                            return one.answer;
                        }

                        @Override
                        public void close() {
                            sent.clear();
                        }
                    },
                    Clock.fixed(NOW, ZoneOffset.UTC),
                    () -> nanos);

    private record Sent(Question question, CompletableFuture<Transport.Answer> answer) {}

    InquiriesTest() {
        inquiries.tell(news::add);
        inquiries.close(); // the rounds are the test's
    }

    @AfterEach
    void nothingRuns() {
        assertThat(inquiries.heartbeat().round()).isEmpty();
    }

    @Test
    void theFirstAnswerComesWithTheNextRoundAndNewsWithIt() {
        assertThat(ask("web", "a")).isEqualTo(new Awaited("Prometheus has not answered yet"));
        inquiries.round();
        answer(0, 200, "7");

        assertThat(ask("web", "a")).isEqualTo(new Value(7, NOW.toEpochMilli()));
        assertThat(news).containsExactly("shop/web");
        assertThat(inquiries.answered()).isEqualTo(1);
    }

    @Test
    void theSameFigureAgainIsNoNews() {
        asked("web", "a", "7");
        nanos += 5 * SECOND;
        inquiries.round();
        answer(1, 200, "7");

        assertThat(news).hasSize(1);
    }

    @Test
    void aQuestionIsAskedOnceInItsInterval() {
        asked("web", "a", "7");
        nanos += 4 * SECOND;
        inquiries.round();
        assertThat(sent).hasSize(1);
        nanos += SECOND;
        inquiries.round();
        assertThat(sent).hasSize(2);
    }

    @Test
    void aSourceThatFallsSilentLeavesItsLastFigureUnconfirmed() {
        asked("web", "a", "7");
        nanos += 5 * SECOND;
        inquiries.round();
        sent.get(1).answer.completeExceptionally(new IOException("Connection refused"));
        inquiries.round();

        assertThat(ask("web", "a"))
                .isEqualTo(new Value(7, NOW.toEpochMilli(), "Prometheus: Connection refused"));
        assertThat(news).hasSize(2);
        assertThat(inquiries.failed()).isEqualTo(1);
    }

    @Test
    void aQuestionThatHangsIsEndedAndDelaysNoOtherOne() {
        ask("web", "hangs");
        ask("api", "b");
        inquiries.round();
        answer(sentTo("b"), 200, "9");

        assertThat(ask("api", "b")).isEqualTo(new Value(9, NOW.toEpochMilli()));
        nanos += 2 * SECOND;
        inquiries.round(); // ends it
        inquiries.round(); // and sees its end
        assertThat(sent.get(sentTo("hangs")).answer).isCancelled();
        assertThat(ask("web", "hangs"))
                .isEqualTo(new Failed("Prometheus: no answer within 2000 ms"));
    }

    @Test
    void anEndpointThatHangsKeepsNoOtherOneWaiting() {
        ask("web", "a");
        ask("web", "b");
        ask("web", "c");
        inquiries.ask(question("api", "d", "http://other:80"));

        inquiries.round();

        assertThat(sent).extracting(one -> one.question.endpoint()).contains("http://other:80");
        assertThat(sent).as("two under way to the one, one to the other").hasSize(3);
    }

    @Test
    void whoFailsAgainAndAgainIsLeftInPeaceAndThenTriedByOne() {
        for (int i = 0; i < 3; i++) {
            ask("web", "q" + i);
        }
        inquiries.round();
        refuse(0);
        refuse(1);
        refuse(2);
        assertThat(ask("web", "q0")).isInstanceOf(Failed.class);

        nanos += 5 * SECOND;
        inquiries.round();
        assertThat(sent).as("nobody is asked").hasSize(3);
        assertThat(ask("web", "q0").toString())
                .contains(
                        "Prometheus at http://prometheus:9090 is not asked for a while after 3 failures in a row");
        assertThat(inquiries.endpointsOpen()).isEqualTo(1);
        assertThat(inquiries.held()).isPositive();

        nanos += 5 * SECOND;
        inquiries.round();
        assertThat(sent).as("one tries").hasSize(4);
        answer(3, 200, "1");
        nanos += 5 * SECOND;
        inquiries.round();
        assertThat(sent.size()).isGreaterThan(4);
        assertThat(inquiries.endpointsOpen()).isZero();
    }

    @Test
    void aWrongQuestionIsAskedLessOftenAndOpensNothing() {
        for (int i = 0; i < 6; i++) {
            ask("web", "a");
            inquiries.round();
            answer(i, 400, "");
            nanos += 20 * SECOND;
        }
        assertThat(ask("web", "a"))
                .isEqualTo(new Failed("Prometheus: it answered with the status 400"));
        assertThat(inquiries.endpointsOpen()).isZero();
    }

    @Test
    void anAnswerThatIsNoFigureIsSaid() {
        ask("web", "a");
        inquiries.round();
        answer(0, 200, "rubbish");

        assertThat(ask("web", "a")).isEqualTo(new Failed("Prometheus: no figure"));
    }

    @Test
    void beyondTheBoundNobodyElseIsAsked() {
        for (int i = 0; i < 4; i++) {
            ask("web", "q" + i);
        }
        assertThat(ask("web", "one too many"))
                .isEqualTo(new Failed("Prometheus is asked 4 questions already, the limit"));
    }

    @Test
    void aQuestionThatNobodyWantsTheAnswerOfEnds() {
        asked("web", "a", "7");
        nanos += 61 * SECOND;
        inquiries.round();

        assertThat(inquiries.questions()).isZero();
        assertThat(sent).hasSize(1);
    }

    @Test
    void theQuestionsOfAnObjectGoWithIt() {
        ask("web", "a");
        ask("web-2", "a");

        inquiries.forget("shop/web");

        assertThat(inquiries.questions()).isEqualTo(1);
    }

    private Measured ask(String object, String subject) {
        return inquiries.ask(question(object, subject, "http://prometheus:9090"));
    }

    private void asked(String object, String subject, String figure) {
        ask(object, subject);
        inquiries.round();
        answer(sent.size() - 1, 200, figure);
    }

    private void answer(int number, int status, String body) {
        sent.get(number).answer.complete(new Transport.Answer(status, body));
        inquiries.round();
    }

    private void refuse(int number) {
        sent.get(number).answer.completeExceptionally(new IOException("Connection refused"));
        inquiries.round();
    }

    private int sentTo(String subject) {
        for (int i = 0; i < sent.size(); i++) {
            if (sent.get(i).question.subject().equals(subject)) {
                return i;
            }
        }
        throw new AssertionError(subject + " was not sent: " + sent);
    }

    private static Question question(String object, String subject, String endpoint) {
        return new Question(
                "shop/" + object,
                subject,
                URI.create(endpoint + "/q"),
                "",
                (text, at) -> {
                    if (!text.matches("\\d+")) {
                        throw new IllegalArgumentException("no figure");
                    }
                    return new Value(Long.parseLong(text), at);
                });
    }
}
