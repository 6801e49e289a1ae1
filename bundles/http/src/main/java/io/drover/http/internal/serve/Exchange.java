package io.drover.http.internal.serve;

import io.drover.api.http.Endpoint;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.http.internal.listen.Binding;
import io.drover.http.internal.route.Verdict;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.eclipse.jetty.io.EofException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One admitted request and its answer. Used by the request's thread. */
final class Exchange {

    /** The request's attribute under which the check leaves it for the servlet. */
    static final String ATTRIBUTE = "io.drover.http.exchange";

    private static final Logger log = LoggerFactory.getLogger(Exchange.class);

    private final String listener;
    private final Verdict.Admitted admitted;
    private final Meter meter;
    private final int maxBodyBytes;
    private final long begun = System.nanoTime();

    Exchange(Endpoint endpoint, Verdict.Admitted admitted, Meter meter, int maxBodyBytes) {
        this.listener = Binding.word(endpoint);
        this.admitted = admitted;
        this.meter = meter;
        this.maxBodyBytes = maxBodyBytes;
    }

    /**
     * Lets the route answer.
     *
     * @throws IOException if the answer has begun and cannot be ended: the connection or stream is
     *     to be cut off, so that the client sees that something is missing
     */
    void run(HttpServletRequest request, HttpServletResponse response) throws IOException {
        meter.begun();
        BodyOutput out = new BodyOutput(response.getOutputStream());
        long problemBytes = 0;
        try {
            problemBytes = answer(request, response, out);
        } catch (IOException e) {
            meter.aborted(listener);
            throw e;
        } finally {
            meter.answered(
                    listener,
                    admitted.route().path(),
                    request.getMethod(),
                    response.getStatus(),
                    System.nanoTime() - begun,
                    out.bytes() + problemBytes);
            meter.ended();
        }
    }

    private long answer(HttpServletRequest request, HttpServletResponse response, BodyOutput out)
            throws IOException {
        try {
            Reply reply =
                    admitted.route()
                            .handler()
                            .answer(new RouteRequest(request, admitted, maxBodyBytes));
            Answer.reply(request, response, reply, out);
            return 0;
        } catch (ProblemException e) {
            return Answer.problem(
                    request, response, e.status(), e.getMessage(), e.members(), Map.of());
        } catch (IOException | RuntimeException | LinkageError e) {
            return failed(request, response, out, e);
        }
    }

    private long failed(
            HttpServletRequest request, HttpServletResponse response, BodyOutput out, Throwable e)
            throws IOException {
        if (out.clientGone()) {
            log.debug("client gone: route={}", admitted.route().path(), e);
            throw new EofException("client gone");
        }
        if (e instanceof UncheckedIOException io
                && io.getCause() instanceof BodyInput.TooLongException
                && !response.isCommitted()) {
            ProblemException tooLong = RouteRequest.tooLong(maxBodyBytes);
            return Answer.problem(
                    request,
                    response,
                    tooLong.status(),
                    tooLong.getMessage(),
                    tooLong.members(),
                    Map.of());
        }
        log.error(
                "route failed: method={} route={}",
                admitted.route().method(),
                admitted.route().path(),
                e);
        if (response.isCommitted()) {
            throw new EofException("the route failed after its answer had begun");
        }
        response.reset();
        return Answer.problem(
                request, response, 500, "the agent's log has the reason", Map.of(), Map.of());
    }
}
