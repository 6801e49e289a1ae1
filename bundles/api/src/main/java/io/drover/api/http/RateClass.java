package io.drover.api.http;

/**
 * How often one source may ask for a route; each class has a limit of its own in the configuration
 * of the bundle {@code http} ({@code http.rate_…}). Beyond it the answer is 429 with {@code
 * Retry-After}, and nothing of the route is run.
 */
public enum RateClass {
    /** Answered from memory in less than a millisecond. */
    LIGHT,
    /** Reads or renders thousands of things. */
    HEAVY,
    /** Changes the running agent. */
    CHANGE,
    /** Stays open: {@link Reply#events}. The number of open ones is limited as well. */
    STREAM
}
