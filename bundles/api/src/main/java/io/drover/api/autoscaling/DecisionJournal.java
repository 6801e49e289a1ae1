package io.drover.api.autoscaling;

import java.io.IOException;
import java.util.Objects;

/**
 * What was decided about autoscalers by this replica, kept over restarts: append-only, each entry
 * chained to the one before it by its hash. Given by the bundle {@code autoscaling}; any thread;
 * reads files.
 */
public interface DecisionJournal {

    /**
     * The newest entries in sentences, one a line, oldest first.
     *
     * @param object {@code NAMESPACE/NAME}, {@code NAMESPACE}, or empty for all
     * @param sinceSeconds of the last so many seconds; 0 for all that is kept
     * @param limit the newest so many
     * @throws IllegalArgumentException naming the rule and the value
     * @throws IOException when the files cannot be read
     */
    String entries(String object, long sinceSeconds, int limit) throws IOException;

    /**
     * Checks the chain over all that is kept.
     *
     * @throws IOException when the files cannot be read
     */
    Verdict verify() throws IOException;

    /**
     * What came of a check.
     *
     * @param holds whether nothing was changed, added or taken away
     * @param text the finding in sentences
     */
    record Verdict(boolean holds, String text) {
        public Verdict {
            Objects.requireNonNull(text, "text");
        }
    }
}
