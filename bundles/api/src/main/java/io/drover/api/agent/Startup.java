package io.drover.api.agent;

/**
 * The start of the agent as it went, or as far as it has come. Given by the bundle {@code core};
 * any thread; answers from memory. The shell, the command line and the API are three faces of it.
 */
public interface Startup {

    /** One way to look at it. */
    enum View {
        /** Each step with its state, when it got there and why. Text. */
        STEPS,
        /** The steps by the time that they took, the longest first. Text. */
        BLAME,
        /** The steps that decided when the agent was ready, each with what it waited for. Text. */
        CRITICAL_CHAIN,
        /** All steps over time: one SVG document that needs nothing else. */
        PLOT
    }

    /** The start seen in one way, as a whole text or document. */
    String show(View view);
}
