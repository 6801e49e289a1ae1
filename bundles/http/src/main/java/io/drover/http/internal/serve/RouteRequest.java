package io.drover.http.internal.serve;

import io.drover.api.http.ProblemException;
import io.drover.api.http.Request;
import io.drover.api.security.Caller;
import io.drover.http.internal.route.Verdict;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;

/** An admitted request as its route sees it. */
final class RouteRequest implements Request {

    private final HttpServletRequest servlet;
    private final Verdict.Admitted admitted;
    private final Map<String, String> query;
    private final int maxBodyBytes;

    /**
     * @throws ProblemException (400) for a query that cannot be decoded, (413) for a body that is
     *     announced longer than it may be
     */
    RouteRequest(HttpServletRequest servlet, Verdict.Admitted admitted, int maxBodyBytes)
            throws ProblemException {
        this.servlet = servlet;
        this.admitted = admitted;
        this.query = Query.parse(servlet.getQueryString());
        this.maxBodyBytes = maxBodyBytes;
        if (servlet.getContentLengthLong() > maxBodyBytes) {
            throw tooLong(maxBodyBytes);
        }
    }

    static ProblemException tooLong(int maxBodyBytes) {
        return new ProblemException(
                413,
                "a body may have " + maxBodyBytes + " bytes (http.max_body_bytes)",
                Map.of("max_bytes", maxBodyBytes));
    }

    @Override
    public String path(String name) {
        String value = admitted.path(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    admitted.route().path() + " has no part {" + name + "}");
        }
        return value;
    }

    @Override
    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    @Override
    public long query(String name, long absent, long min, long max) throws ProblemException {
        String text = query.get(name);
        if (text == null) {
            return absent;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The same answer as for one out of range.
        }
        throw new ProblemException(
                400,
                name + " must be a whole number from " + min + " to " + max + ", is " + text,
                Map.of("parameter", name, "min", min, "max", max));
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(servlet.getHeader(name));
    }

    @Override
    public Optional<Caller> caller() {
        return admitted.caller();
    }

    @Override
    public InputStream body() throws IOException {
        return new BodyInput(servlet.getInputStream(), maxBodyBytes);
    }
}
