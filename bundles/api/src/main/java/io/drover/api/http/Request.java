package io.drover.api.http;

import io.drover.api.security.Caller;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * One request that has passed the check of its audience. Used by the thread that handles it alone.
 */
public interface Request {

    /**
     * The value that stands for {@code {name}} in the route's path, decoded.
     *
     * @throws IllegalArgumentException if the route's path has no such part
     */
    String path(String name);

    /** The first value of a query parameter, decoded; empty when it is not there. */
    Optional<String> query(String name);

    /** All values of a query parameter that may be given several times, decoded, in their order. */
    default List<String> queries(String name) {
        return query(name).stream().toList();
    }

    /**
     * A query parameter that is a whole number.
     *
     * @throws ProblemException (400, naming the parameter, the range and the value) if it is not
     *     one or is out of range
     */
    long query(String name, long absent, long min, long max) throws ProblemException;

    /** The first value of a header. */
    Optional<String> header(String name);

    /** Who asks; empty on open routes. */
    Optional<Caller> caller();

    /** The body, never longer than the listener's limit. */
    InputStream body() throws IOException;
}
