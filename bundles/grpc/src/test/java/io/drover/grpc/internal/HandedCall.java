package io.drover.grpc.internal;

import com.google.protobuf.MessageLite;
import io.drover.api.http.Guest;
import io.drover.api.http.Guest.Field;
import io.drover.api.http.SharedListener;
import io.drover.testing.Await;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** One call as the bundle http would hand it over; remembers the answer. */
final class HandedCall implements Guest.Outgoing {

    /** A listener without a network: tests hand calls over by themselves. */
    static final class Listener implements SharedListener {

        volatile Guest guest;
        volatile List<InetSocketAddress> addresses =
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 15005));

        @Override
        public List<InetSocketAddress> addresses() {
            return addresses;
        }

        @Override
        public Stay admit(Guest admitted) {
            guest = admitted;
            return () -> guest = null;
        }

        /** Calls {@code method} with {@code token}; none when null. */
        HandedCall call(String method, String token, X509Certificate... peer) {
            return call(method, token, List.of(), List.of(peer));
        }

        /** The same with a further field. */
        HandedCall call(String method, String token, Field more) {
            return call(method, token, List.of(more), List.of());
        }

        private HandedCall call(
                String method, String token, List<Field> more, List<X509Certificate> peer) {
            List<Field> fields = new ArrayList<>(more);
            fields.add(new Field("content-type", "application/grpc"));
            fields.add(new Field("te", "trailers"));
            if (token != null) {
                fields.add(new Field("authorization", "Bearer " + token));
            }
            HandedCall call = new HandedCall();
            call.incoming =
                    guest.open(
                            new Guest.Opening(
                                    "/" + method,
                                    "localhost:15005",
                                    fields,
                                    Optional.of(
                                            new InetSocketAddress(
                                                    InetAddress.getLoopbackAddress(), 50_000)),
                                    Optional.empty(),
                                    peer),
                            call);
            return call;
        }
    }

    final AtomicInteger asked = new AtomicInteger();
    final List<Field> head = new CopyOnWriteArrayList<>();
    final List<Field> end = new CopyOnWriteArrayList<>();
    final List<ByteBuffer> written = new CopyOnWriteArrayList<>();
    volatile boolean finished;
    volatile boolean reset;
    private Guest.Incoming incoming;

    @Override
    public void read() {
        asked.incrementAndGet();
    }

    @Override
    public void head(List<Field> fields) {
        head.addAll(fields);
    }

    @Override
    public void write(ByteBuffer bytes) {
        written.add(bytes);
    }

    @Override
    public void flush() {
        // What is written is there already.
    }

    @Override
    public void finish(List<Field> fields) {
        end.addAll(fields);
        finished = true;
    }

    @Override
    public void reset() {
        reset = true;
    }

    /** The client sends a message; the last one closes its side. */
    HandedCall send(MessageLite message, boolean last) {
        byte[] bytes = message.toByteArray();
        return send(
                ByteBuffer.allocate(5 + bytes.length)
                        .put((byte) 0)
                        .putInt(bytes.length)
                        .put(bytes)
                        .flip(),
                last);
    }

    HandedCall send(ByteBuffer bytes, boolean last) {
        incoming.received(bytes, last);
        return this;
    }

    /** The client has taken all. */
    void taken() {
        incoming.sent(written.stream().mapToLong(ByteBuffer::remaining).sum());
        incoming.done();
    }

    /** The client has gone. */
    void broken() {
        incoming.broken(new java.io.EOFException("reset"));
    }

    /** The status of the whole, as soon as there is one. */
    Status.Code code() {
        Await.until(
                "the call is answered", RunningServer.SOON, () -> finished, () -> head.toString());
        return Status.fromCodeValue(Integer.parseInt(field(end, "grpc-status"))).getCode();
    }

    static String field(List<Field> fields, String name) {
        return fields.stream()
                .filter(field -> field.name().equals(name))
                .map(Field::value)
                .findFirst()
                .orElse("");
    }
}
