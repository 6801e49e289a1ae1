package io.drover.api.http;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A server of another protocol over HTTP/2 that serves on the API listener. It checks tokens and
 * bounds its requests itself: neither the check nor the rates of routes come before it, and it
 * never gets to a route.
 */
public interface Guest {

    /** What holds for all its requests; asked once, when it is admitted. */
    Manners manners();

    /**
     * A POST of its media type has come over HTTP/2. Must not block; may use {@code answer} already
     * before it returns, but hears of nothing before.
     */
    Incoming open(Opening opening, Outgoing answer);

    /**
     * What the listener does for a guest by itself.
     *
     * @param mediaType of its requests: {@code application/grpc}; with {@code +suffix} and
     *     parameters too
     * @param away the header of the whole answer while a guest that has gone may come back
     * @param silence after which a connection with open requests is asked for a sign of life
     * @param patience for that sign, before the connection is closed
     */
    record Manners(String mediaType, List<Field> away, Duration silence, Duration patience) {

        public Manners {
            Objects.requireNonNull(mediaType, "mediaType");
            away = List.copyOf(away);
        }
    }

    /** One header field; the name in lower case, the value of US-ASCII. */
    record Field(String name, String value) {}

    /**
     * How a request begins.
     *
     * @param path with its query, as sent
     * @param authority the host and port that the client means; empty when it says none
     * @param fields as sent, but for those that HTTP/2 itself reads
     * @param remote the client's end of the connection
     * @param local this end
     * @param peer the certificates that the client has shown, leaf first
     */
    record Opening(
            String path,
            String authority,
            List<Field> fields,
            Optional<InetSocketAddress> remote,
            Optional<InetSocketAddress> local,
            List<X509Certificate> peer) {

        public Opening {
            fields = List.copyOf(fields);
            peer = List.copyOf(peer);
        }
    }

    /** What the guest hears of one request: one call at a time, by any thread. Must not block. */
    interface Incoming {

        /**
         * A part of the body, after each {@link Outgoing#read}.
         *
         * @param bytes the guest's from now on; may be empty when it is the last
         * @param last whether the client sends no more
         */
        void received(ByteBuffer bytes, boolean last);

        /** So many bytes of the answer have been taken by the connection. */
        void sent(long bytes);

        /** The answer has been sent to its end. Nothing follows. */
        void done();

        /** The client has gone or has taken the request back. Nothing follows. */
        void broken(Throwable why);
    }

    /** The answer to one request. Any thread; never blocks; without effect once it is over. */
    interface Outgoing {

        /** Asks for one more part of the body. The client is held back until then. */
        void read();

        /** The header of a 200. Sent with what follows, or by {@link #flush}. */
        void head(List<Field> fields);

        /** Bytes of the body, which must not be changed any more. Sent by {@link #flush}. */
        void write(ByteBuffer bytes);

        /** Sends what has been given. */
        void flush();

        /**
         * Sends all and ends it.
         *
         * @param fields the trailers; without a head they are the head of an answer without a body
         */
        void finish(List<Field> fields);

        /** Breaks it off; the client sees that something is missing. */
        void reset();
    }
}
