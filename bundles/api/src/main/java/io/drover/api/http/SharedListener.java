package io.drover.api.http;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * The API listener as a place for one server of another protocol over HTTP/2. Published as a
 * service by the bundle that owns the listener. Any thread; never blocks.
 */
public interface SharedListener {

    /** Where it listens now; empty while it does not. */
    List<InetSocketAddress> addresses();

    /**
     * Gives {@code guest} the requests of its media type from now on; before this they are requests
     * like any other. Of two guests the newer is asked.
     */
    Stay admit(Guest guest);

    /** Of one guest. */
    interface Stay extends AutoCloseable {

        /**
         * Gives it no further request; those under way go on. For a while clients are answered with
         * {@link Guest.Manners#away}: its successor may be on its way. Idempotent.
         */
        @Override
        void close();
    }
}
