package io.drover.http.internal.serve;

import io.drover.api.http.Guest;
import io.drover.api.http.Guest.Field;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Invocable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request that a guest answers. It holds no thread, and no more of the body than the guest has
 * asked for. Any thread.
 */
final class Visit implements Guest.Outgoing {

    private static final Logger log = LoggerFactory.getLogger(Visit.class);

    /**
     * How long the rest of a request is waited for after its answer is complete. Else the stream is
     * reset (RFC 9113 8.1), and a client whose request was still under way may take that for the
     * answer. In milliseconds.
     */
    private static final long REST_WAIT_MS = 1_000;

    private final Front front;
    private final Door door;
    private final Guest.Manners manners;
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final EndPoint endPoint;
    private final Outbox outbox = new Outbox();
    private final Writer writer = new Writer();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicLong bytes = new AtomicLong();
    private final long begun = System.nanoTime();

    /** Parts that were asked for and have not come; one more until the guest listens. */
    private final AtomicInteger wanted = new AtomicInteger(1);

    private final Runnable readable =
            Invocable.from(Invocable.InvocationType.NON_BLOCKING, this::readOn);

    private volatile boolean heard;
    private volatile boolean answered;
    private volatile HttpFields trailers;
    private volatile Guest.Incoming incoming;
    private volatile Throwable failure;

    Visit(
            Front front,
            Door door,
            Guest.Manners manners,
            Request request,
            Response response,
            Callback callback) {
        this.front = front;
        this.door = door;
        this.manners = manners;
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    }

    /** Lets {@code guest} answer. */
    void begin(Guest guest) {
        front.clients().begun(endPoint, true);
        // Requests may be silent for as long as they like; their connection is listened to instead.
        request.addHttpStreamWrapper(
                stream -> {
                    stream.setIdleTimeout(0);
                    return stream;
                });
        request.addFailureListener(this::end);
        try {
            listen(guest.open(opening(), this));
        } catch (RuntimeException | LinkageError e) {
            log.error("request of a guest failed: listener={}", door.name(), e);
            end(e);
        }
    }

    private void listen(Guest.Incoming ear) {
        incoming = ear;
        if (ended.get()) {
            tell();
            return;
        }
        writer.iterate();
        if (wanted.decrementAndGet() > 0) {
            readOn();
        }
    }

    private Guest.Opening opening() {
        List<Field> fields = new ArrayList<>(request.getHeaders().size());
        for (HttpField field : request.getHeaders()) {
            if (field.getHeader() != HttpHeader.HOST && field.getValue() != null) {
                fields.add(new Field(field.getLowerCaseName(), field.getValue()));
            }
        }
        EndPoint.SslSessionData tls = endPoint.getSslSessionData();
        return new Guest.Opening(
                request.getHttpURI().getPathQuery(),
                Optional.ofNullable(request.getHttpURI().getAuthority()).orElse(""),
                fields,
                inet(request.getConnectionMetaData().getRemoteSocketAddress()),
                inet(request.getConnectionMetaData().getLocalSocketAddress()),
                tls == null || tls.peerCertificates() == null
                        ? List.of()
                        : List.of(tls.peerCertificates()));
    }

    private static Optional<InetSocketAddress> inet(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? Optional.of(inet) : Optional.empty();
    }

    @Override
    public void read() {
        if (wanted.getAndIncrement() == 0) {
            readOn();
        }
    }

    /** One thread at a time: whoever takes {@link #wanted} from 0, then whoever brings a part. */
    private void readOn() {
        while (!ended.get()) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(readable);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                if (chunk.isLast()) {
                    end(chunk.getFailure());
                    return;
                }
                continue;
            }
            boolean last = chunk.isLast();
            if (last) {
                heard = true;
            }
            if (answered) {
                chunk.release();
                if (last) {
                    end(null);
                }
                continue;
            }
            ByteBuffer part = copied(chunk);
            if (part.hasRemaining() || last) {
                incoming.received(part, last);
                if (last || wanted.decrementAndGet() == 0) {
                    return;
                }
            }
        }
    }

    private static ByteBuffer copied(Content.Chunk chunk) {
        ByteBuffer part = ByteBuffer.allocate(chunk.remaining());
        part.put(chunk.getByteBuffer()).flip();
        chunk.release();
        return part;
    }

    @Override
    public void head(List<Field> fields) {
        outbox.head(fields);
    }

    @Override
    public void write(ByteBuffer part) {
        outbox.add(part);
    }

    /** By another thread, so that what the guest writes meanwhile goes with it. */
    @Override
    public void flush() {
        outbox.flush();
        if (woken.compareAndSet(false, true)) {
            try {
                front.threads().execute(writer::iterate);
            } catch (RejectedExecutionException e) {
                log.debug("the server stops", e);
            }
        }
    }

    @Override
    public void finish(List<Field> fields) {
        outbox.finish(fields);
        writer.iterate();
    }

    @Override
    public void reset() {
        end(new Request.Handler.AbortException("reset by what answers it"));
    }

    /** Closes the connection, by which whoever waits for it is told. */
    void cutOff(String reason) {
        front.clients().close(door.name(), endPoint, reason);
        end(new EofException(reason));
    }

    /** By which it came. */
    Connection connection() {
        return request.getConnectionMetaData().getConnection();
    }

    private void end(Throwable why) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        failure = why;
        outbox.close();
        front.clients().ended(endPoint);
        front.left(this);
        front.meter()
                .answered(
                        door.name(),
                        manners.mediaType(),
                        request.getMethod(),
                        response.getStatus(),
                        System.nanoTime() - begun,
                        bytes.get());
        if (why == null) {
            callback.succeeded();
        } else {
            front.meter().aborted(door.name());
            callback.failed(why);
        }
        tell();
    }

    private void tell() {
        Guest.Incoming ear = incoming;
        if (ear == null) {
            return;
        }
        if (failure == null) {
            ear.done();
        } else {
            ear.broken(failure);
        }
    }

    /** Sends what is in the outbox, each part when the connection has taken the one before. */
    private final class Writer extends IteratingCallback {

        private int underWay;
        private boolean lastSent;

        @Override
        protected Action process() {
            Guest.Incoming ear = incoming;
            if (ear == null) {
                return Action.IDLE;
            }
            woken.set(false);
            if (underWay > 0) {
                int taken = underWay;
                underWay = 0;
                bytes.addAndGet(taken);
                ear.sent(taken);
            }
            if (lastSent) {
                return Action.SUCCEEDED;
            }
            Outbox.Piece piece = outbox.next();
            if (piece == null) {
                return Action.IDLE;
            }
            send(piece);
            return Action.SCHEDULED;
        }

        private void send(Outbox.Piece piece) {
            if (piece.head() != null) {
                response.setStatus(200);
                put(piece.head(), response.getHeaders());
                response.setTrailersSupplier(() -> trailers);
            }
            if (piece.last() && !piece.trailers().isEmpty()) {
                HttpFields.Mutable fields = HttpFields.build();
                put(piece.trailers(), fields);
                trailers = fields;
            }
            lastSent = piece.last();
            underWay = piece.bytes().remaining();
            response.write(piece.last(), piece.bytes(), this);
        }

        private static void put(List<Field> fields, HttpFields.Mutable into) {
            fields.forEach(field -> into.add(field.name().toLowerCase(Locale.ROOT), field.value()));
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        @Override
        protected void onCompleteSuccess() {
            answered = true;
            if (heard) {
                end(null);
                return;
            }
            front.timer().schedule(() -> end(null), REST_WAIT_MS, TimeUnit.MILLISECONDS);
            read();
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            end(cause);
        }
    }
}
