package io.drover.api.diagnosis;

import java.util.List;

/**
 * Self-checks that belong together; a bundle publishes its suites as services, {@code core} runs
 * them when asked ({@code drover:diagnose}, {@code ./drover diagnose}, the API) and cuts off one
 * that takes too long.
 */
public interface Suite {

    /** One word or some with hyphens, as a person types it: {@code core-dump}. */
    String name();

    /** What the suite looks at, half a sentence: {@code whether a crash would leave a core}. */
    String about();

    /**
     * Looks now. Called on a thread of its own that may block; answers interruption. May be called
     * again while an earlier call still runs.
     *
     * @return the findings in the order in which a person should read them; never empty
     */
    List<Check> run() throws InterruptedException;
}
