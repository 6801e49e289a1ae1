package io.drover.testing;

import io.drover.api.kubernetes.Elections;
import io.drover.api.kubernetes.Standing;
import io.drover.api.kubernetes.Term;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Elections that a test decides; listeners are told on the thread that does. */
public final class FakeElections implements Elections {

    private final List<Part> parts = new CopyOnWriteArrayList<>();
    private long transitions;
    private volatile Standing standing = standing("", Optional.empty());

    /** Makes this process the leader, in a new term. */
    public Term lead() {
        transitions++;
        Term term =
                new Term(
                        "autoscaling",
                        "lease",
                        transitions,
                        System.nanoTime() + 3_600_000_000_000L);
        tell(standing("us", Optional.of(term)));
        return term;
    }

    /** Makes another process the leader. */
    public void lose(String leader) {
        tell(standing(leader, Optional.empty()));
    }

    /** Whether a term is the present one. */
    public boolean holds(Term term) {
        return standing.term().filter(term::sameAs).isPresent();
    }

    /** How many candidacies are open. */
    public int candidacies() {
        return parts.size();
    }

    @Override
    public Candidacy enter(String election, Consumer<Standing> onChange) {
        Part part = new Part(onChange);
        parts.add(part);
        onChange.accept(standing);
        return part;
    }

    @Override
    public List<Standing> standings() {
        return List.of(standing);
    }

    private void tell(Standing now) {
        standing = now;
        parts.forEach(part -> part.onChange.accept(now));
    }

    private Standing standing(String leader, Optional<Term> term) {
        return new Standing("autoscaling", "us", term, leader, transitions, 0, "");
    }

    private final class Part implements Candidacy {
        private final Consumer<Standing> onChange;

        Part(Consumer<Standing> onChange) {
            this.onChange = onChange;
        }

        @Override
        public Standing standing() {
            return standing;
        }

        @Override
        public Optional<Term> term() {
            return standing.term();
        }

        @Override
        public void close() {
            parts.remove(this);
        }
    }
}
