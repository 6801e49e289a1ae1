package io.drover.kubernetes.internal.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kubernetes.Standing;
import io.drover.api.kubernetes.Term;
import io.drover.testing.FakeEventRecorder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What others are told of who leads. */
class LeadershipEventsTest {

    private final FakeEventRecorder recorder = new FakeEventRecorder();
    private final LeadershipEvents events = new LeadershipEvents(recorder, () -> "drover");

    @Test
    void eachBeginAndEndOfATermIsToldOnce() {
        events.stands(standing(null));
        events.stands(standing(term(3)));
        events.stands(standing(term(3)));
        events.stands(standing(null));
        events.stands(standing(null));

        assertThat(notes())
                .containsExactly(
                        "host-1 became leader in term 3", "host-1 stopped leading in term 3");
        assertThat(recorder.events())
                .allSatisfy(
                        event -> {
                            assertThat(event.object()).isEqualTo("drover/drover-scaling");
                            assertThat(event.reason()).isEqualTo("LeaderElection");
                        });
    }

    @Test
    void aNewTermRightAfterAnOldOneIsAnEndAndABegin() {
        events.stands(standing(term(3)));
        events.stands(standing(term(5)));

        assertThat(notes())
                .containsExactly(
                        "host-1 became leader in term 3",
                        "host-1 stopped leading in term 3",
                        "host-1 became leader in term 5");
    }

    @Test
    void whoeverFollowsIsSilent() {
        events.stands(standing(null));

        assertThat(notes()).isEmpty();
    }

    private List<String> notes() {
        return recorder.events().stream().map(FakeEventRecorder.Event::note).toList();
    }

    private static Term term(long transitions) {
        return new Term("scaling", "uid", transitions, 0);
    }

    private static Standing standing(Term term) {
        return new Standing("scaling", "host-1", Optional.ofNullable(term), "", 0, 0, "");
    }
}
