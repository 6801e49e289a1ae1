package io.drover.http.internal.serve;

import io.drover.api.http.Endpoint;
import io.drover.api.http.Guest;
import io.drover.api.http.Method;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.security.Audience;
import io.drover.api.security.Audit;
import io.drover.api.security.Caller;
import io.drover.http.internal.route.Asked;
import io.drover.http.internal.route.Source;
import io.drover.http.internal.route.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way: rate, check, route, answer; held while its bundle is being replaced. One
 * thread at a time; may be cut off by any.
 */
final class Exchange {

    private static final Logger log = LoggerFactory.getLogger(Exchange.class);

    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    private final Front front;
    private final Terms terms;
    private final Door door;
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final EndPoint endPoint;
    private final Optional<InetAddress> source;
    private final Asked asked;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final long begun = System.nanoTime();

    private long holdUntil;
    private boolean rated;
    private Verdict.Admitted admitted;
    private String refusal = "";
    private volatile BodyOutput body;
    private volatile EventWriter live;

    Exchange(
            Front front,
            Terms terms,
            Door door,
            Request request,
            Response response,
            Callback callback) {
        this.front = front;
        this.terms = terms;
        this.door = door;
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        this.source = source(request);
        this.asked = asked();
    }

    private static Optional<InetAddress> source(Request request) {
        return request.getConnectionMetaData().getRemoteSocketAddress()
                        instanceof InetSocketAddress inet
                ? Optional.ofNullable(inet.getAddress())
                : Optional.empty();
    }

    private Asked asked() {
        return new Asked(
                door.endpoint(),
                door.guarded(),
                door.endpoint() == Endpoint.METRICS && nearby(),
                request.getMethod(),
                request.getHttpURI().getPath(),
                request.getHeaders().getValuesList(HttpHeader.AUTHORIZATION),
                source,
                peer());
    }

    /** Over loopback, and not by a name that somebody has resolved to it. */
    private boolean nearby() {
        String host = String.valueOf(Request.getServerName(request));
        return source.map(InetAddress::isLoopbackAddress).orElse(true)
                && (host.equals("localhost")
                        || host.equals("[::1]")
                        || host.equals("::1")
                        || host.matches("127\\.[0-9.]+"));
    }

    private List<X509Certificate> peer() {
        EndPoint.SslSessionData tls = endPoint.getSslSessionData();
        return tls == null || tls.peerCertificates() == null
                ? List.of()
                : List.of(tls.peerCertificates());
    }

    void begin() {
        begin(this::judge);
    }

    /** Answers that it cannot be answered, whoever asks. */
    void refused(Verdict.Refused refused) {
        begin(() -> refuse(refused));
    }

    /** Answers in the place of a guest that has gone. */
    void away(List<Guest.Field> fields) {
        begin(
                () -> {
                    refusal = "replaced";
                    response.setStatus(200);
                    fields.forEach(field -> response.getHeaders().put(field.name(), field.value()));
                    response.write(true, null, Callback.from(() -> end(null), this::end));
                });
    }

    private void begin(Runnable step) {
        boolean multiplexed =
                request.getConnectionMetaData().getHttpVersion().getVersion()
                        > HttpVersion.HTTP_1_1.getVersion();
        front.clients().begun(endPoint, multiplexed);
        long wait = front.rates().take(source, terms.rates());
        if (wait > 0) {
            tooMany("rate", wait);
        } else {
            guarded(step);
        }
    }

    /** After a time of waiting. */
    void again() {
        if (front.gate().ready(asked) || System.nanoTime() >= holdUntil) {
            guarded(this::judge);
        } else if (!park()) {
            guarded(this::replaced);
        }
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | LinkageError e) {
            log.error("request failed: listener={}", door.name(), e);
            end(e);
        }
    }

    private void judge() {
        Verdict verdict = front.gate().judge(asked);
        if (verdict instanceof Verdict.Refused refused) {
            if (!refused.soon() || !hold()) {
                refuse(refused);
            }
            return;
        }
        admitted = (Verdict.Admitted) verdict;
        if (!rated) {
            rated = true;
            long wait = front.rates().take(source, admitted.route().rate(), terms.rates());
            if (wait > 0) {
                tooMany("rate-" + admitted.route().rate(), wait);
                return;
            }
        }
        run();
    }

    private void run() {
        Source entered = admitted.source();
        if (!entered.enter()) {
            if (!hold()) {
                replaced();
            }
            return;
        }
        boolean again;
        try {
            again = answer(entered);
        } finally {
            entered.leave();
        }
        if (again && !hold()) {
            replaced();
        }
    }

    /** True when it is to be asked once more: nothing has been sent, and it may go well then. */
    private boolean answer(Source entered) {
        try {
            Reply reply =
                    admitted.route()
                            .handler()
                            .answer(new RouteRequest(request, admitted, terms.maxBodyBytes()));
            if (reply.status() == UNAVAILABLE && notReadyYet(entered)) {
                return true;
            }
            return !deliver(reply, entered);
        } catch (ProblemException e) {
            if (e.status() == UNAVAILABLE && notReadyYet(entered)) {
                return true;
            }
            problem(e.status(), e.getMessage(), e.members(), Answer.headers(e));
            return false;
        } catch (RuntimeException | LinkageError e) {
            if (entered.gone() && repeatable()) {
                log.debug("asked again, its bundle went: route={}", admitted.route().path(), e);
                return true;
            }
            failed(e);
            return false;
        }
    }

    /** False when the bundle went while the body was made, and nothing was sent. */
    private boolean deliver(Reply reply, Source entered) {
        BodyOutput out = body();
        Delivery delivery = new Delivery(request, response, out);
        try {
            if (reply.body() instanceof Reply.Events events) {
                stream(events, reply, entered);
            } else if (delivery.write(reply)) {
                out.end(Callback.from(() -> end(null), this::end));
            } else {
                // Committed as it is, else the server would add the length of no body.
                response.write(
                        false, BufferUtil.EMPTY_BUFFER, Callback.from(() -> end(null), this::end));
            }
            return true;
        } catch (IOException | RuntimeException | LinkageError e) {
            if (entered.gone() && repeatable() && !out.clientGone()) {
                out.reset();
                response.reset();
                return false;
            }
            failed(e);
            return true;
        }
    }

    private void stream(Reply.Events events, Reply reply, Source entered) {
        Object key = source.map(Object.class::cast).orElse("unix");
        if (!front.streams().open(key, terms.maxStreams(), terms.maxStreamsPerSource())) {
            events.stream().close();
            tooMany("streams", Duration.ofSeconds(1).toNanos());
            return;
        }
        Answer.common(response.getHeaders(), false);
        reply.headers().forEach(response.getHeaders()::put);
        EventWriter writer =
                new EventWriter(
                        events.stream(),
                        request,
                        response,
                        front.threads(),
                        front.timer(),
                        front.meter().events(door.name()));
        live = writer;
        Runnable ending = writer::end;
        writer.start(
                failure -> {
                    entered.forget(ending);
                    front.streams().close(key);
                    end(failure);
                });
        entered.whenGone(ending);
        if (writer.over()) {
            entered.forget(ending);
        }
    }

    private boolean notReadyYet(Source entered) {
        return repeatable()
                && entered.cameBackWithin(terms.hold(), System.nanoTime())
                && (holdUntil == 0 || System.nanoTime() < holdUntil);
    }

    private boolean repeatable() {
        BodyOutput out = body;
        return admitted.route().method() == Method.GET
                && !response.isCommitted()
                && (out == null || !out.begun());
    }

    /** False when it must not wait, or no longer. */
    private boolean hold() {
        long now = System.nanoTime();
        if (holdUntil == 0) {
            holdUntil = now + terms.hold().toNanos();
        }
        return now < holdUntil && park();
    }

    private boolean park() {
        if (front.waitingRoom().park(this, terms.maxHeld())) {
            return true;
        }
        front.meter().heldOver();
        return false;
    }

    private void replaced() {
        refusal = "replaced";
        problem(
                UNAVAILABLE,
                "what answers this is being replaced",
                Map.of(),
                Answer.retryAfter(Duration.ofSeconds(1)));
    }

    private void tooMany(String why, long waitNanos) {
        refusal = why.toLowerCase(Locale.ROOT);
        problem(
                TOO_MANY,
                "too many requests from here",
                Map.of(),
                Answer.retryAfter(Duration.ofNanos(waitNanos)));
    }

    private void refuse(Verdict.Refused refused) {
        refusal = refused.why();
        problem(refused.status(), refused.detail(), Map.of(), refused.headers());
    }

    private void failed(Throwable e) {
        BodyOutput out = body;
        if (out != null && out.clientGone()) {
            log.debug("client gone: route={}", admitted.route().path(), e);
            end(new EofException("client gone"));
            return;
        }
        if (e instanceof UncheckedIOException io
                && io.getCause() instanceof BodyInput.TooLongException
                && !response.isCommitted()) {
            ProblemException tooLong = RouteRequest.tooLong(terms.maxBodyBytes());
            problem(tooLong.status(), tooLong.getMessage(), tooLong.members(), Map.of());
            return;
        }
        log.error(
                "route failed: method={} route={}",
                admitted.route().method(),
                admitted.route().path(),
                e);
        if (response.isCommitted() || (out != null && out.begun())) {
            end(new EofException("the route failed after its answer had begun"));
        } else {
            problem(500, "the agent's log has the reason", Map.of(), Map.of());
        }
    }

    private void problem(
            int status, String detail, Map<String, Object> members, Map<String, String> headers) {
        BodyOutput out = body();
        out.reset();
        response.reset();
        new Delivery(request, response, out).problem(status, detail, members, headers);
        out.end(Callback.from(() -> end(null), this::end));
    }

    private BodyOutput body() {
        if (body == null) {
            body = new BodyOutput(response, request.getComponents().getByteBufferPool());
        }
        return body;
    }

    /**
     * Ends it, once.
     *
     * @param failure not null if the answer did not come to its end: the connection or stream is
     *     cut off, so that the client sees that something is missing
     */
    private void end(Throwable failure) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        BodyOutput out = body;
        if (out != null) {
            out.release();
        }
        count(out == null ? 0 : out.bytes(), failure);
        front.clients().ended(endPoint);
        front.ended(this);
        audit();
        if (failure == null) {
            callback.succeeded();
        } else {
            callback.failed(failure);
        }
    }

    private void count(long bytes, Throwable failure) {
        int status = response.getStatus();
        long nanos = System.nanoTime() - begun;
        if (refusal.isEmpty() && admitted != null) {
            front.meter()
                    .answered(
                            door.name(),
                            admitted.route().path(),
                            request.getMethod(),
                            status,
                            nanos,
                            bytes);
        } else {
            front.meter().refused(door.name(), refusal, request.getMethod(), status, bytes);
        }
        if (holdUntil != 0) {
            front.meter().held(nanos);
        }
        if (failure != null) {
            front.meter().aborted(door.name());
        }
    }

    private void audit() {
        boolean change = !asked.method().equals("GET") && !asked.method().equals("HEAD");
        boolean known = admitted != null || refusal.equals("token-outside");
        boolean admin = admitted != null && admitted.route().audience() == Audience.ADMIN;
        if (door.endpoint() == Endpoint.API && known && (change || admin)) {
            front.audit(
                    new Audit.Action(
                            admitted == null ? "" : admitted.caller().map(Caller::name).orElse(""),
                            "api",
                            source.map(InetAddress::getHostAddress).orElse(""),
                            asked.method() + " " + asked.rawPath(),
                            Integer.toString(response.getStatus())));
        }
    }

    /** Whether it takes longer than a request may. */
    boolean late(long nanoTime) {
        return live == null && nanoTime - begun > terms.requestTimeout().toNanos();
    }

    /** For how long a thread has been waiting for the client to read on; 0 when none does. */
    long clientWaits(long nanoTime) {
        BodyOutput out = body;
        long since = out == null ? 0 : out.waitingSince();
        return since == 0 ? 0 : nanoTime - since;
    }

    /** Closes the connection, by which whoever waits for it is told. */
    void cutOff(String reason) {
        front.clients().close(door.name(), endPoint, reason);
        EventWriter writer = live;
        if (writer != null) {
            writer.end();
        }
        end(new EofException(reason));
    }
}
