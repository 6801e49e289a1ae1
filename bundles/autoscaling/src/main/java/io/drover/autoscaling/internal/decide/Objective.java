package io.drover.autoscaling.internal.decide;

import java.util.Objects;

/** One figure that an autoscaler holds near a goal. */
public sealed interface Objective {

    /** What is measured, for people: {@code cpu}, {@code memory of container app}. */
    String subject();

    /** Where the figure should be. */
    Goal goal();

    /**
     * Where a figure should be.
     *
     * @param utilisation whether it is a share of what is asked for (requests)
     * @param value per cent for a utilisation; else thousandths of the unit, for each replica
     */
    record Goal(boolean utilisation, long value) {}

    /**
     * A resource of the pods, as {@code metrics.k8s.io} measures it.
     *
     * @param resource {@code cpu} or {@code memory}
     * @param container the container that counts alone; empty for the whole pod
     */
    record Resource(String resource, String container, Goal goal) implements Objective {
        public Resource {
            Objects.requireNonNull(resource, "resource");
            Objects.requireNonNull(container, "container");
            Objects.requireNonNull(goal, "goal");
        }

        @Override
        public String subject() {
            return container.isEmpty() ? resource : resource + " of container " + container;
        }
    }

    /**
     * One number from a query, for all replicas together.
     *
     * @param text the query as the spec has it
     * @param windowSeconds the time that it looks back over
     */
    record Query(String text, int windowSeconds, Goal goal) implements Objective {
        public Query {
            Objects.requireNonNull(text, "text");
            Objects.requireNonNull(goal, "goal");
        }

        @Override
        public String subject() {
            return "query " + (text.length() <= 60 ? text : text.substring(0, 59) + "…");
        }
    }

    /**
     * A figure that the spec asks for and nobody here can measure.
     *
     * @param subject what is asked for
     * @param why it cannot be measured, and what to write instead
     */
    record Unsupported(String subject, String why, Goal goal) implements Objective {
        public Unsupported {
            Objects.requireNonNull(subject, "subject");
            Objects.requireNonNull(why, "why");
            Objects.requireNonNull(goal, "goal");
        }
    }
}
