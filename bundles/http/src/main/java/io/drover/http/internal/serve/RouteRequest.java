package io.drover.http.internal.serve;

import io.drover.api.http.ProblemException;
import io.drover.api.http.Request;
import io.drover.api.security.Caller;
import io.drover.http.internal.route.Verdict;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An admitted request as its route sees it. */
final class RouteRequest implements Request {

    private final org.eclipse.jetty.server.Request request;
    private final Verdict.Admitted admitted;
    private final Map<String, List<String>> query;
    private final int maxBodyBytes;

    /**
     * @throws ProblemException (400) for a query that cannot be decoded, (413) for a body that is
     *     announced longer than it may be
     */
    RouteRequest(
            org.eclipse.jetty.server.Request request, Verdict.Admitted admitted, int maxBodyBytes)
            throws ProblemException {
        this.request = request;
        this.admitted = admitted;
        this.query = Query.parse(request.getHttpURI().getQuery());
        this.maxBodyBytes = maxBodyBytes;
        if (request.getLength() > maxBodyBytes) {
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
        return queries(name).stream().findFirst();
    }

    @Override
    public List<String> queries(String name) {
        return List.copyOf(query.getOrDefault(name, List.of()));
    }

    @Override
    public long query(String name, long absent, long min, long max) throws ProblemException {
        String text = query(name).orElse(null);
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
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    @Override
    public Optional<Caller> caller() {
        return admitted.caller();
    }

    @Override
    public InputStream body() {
        return new BodyInput(org.eclipse.jetty.server.Request.asInputStream(request), maxBodyBytes);
    }
}
