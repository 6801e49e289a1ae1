package io.drover.api.net;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * Something that listens, published as a service by the bundle that owns the ports. Any thread;
 * never blocks.
 */
public interface Listening {

    /** The listeners that are bound now; empty while none is. */
    List<Bound> bound();

    /**
     * One listener.
     *
     * @param name its name in the configuration: {@code api}
     * @param protocol how it is spoken to: {@code https}, {@code http}, {@code grpcs}
     * @param addresses where it listens, with the ports that were really chosen
     * @param sockets Unix sockets on which it listens, without TLS
     */
    record Bound(
            String name, String protocol, List<InetSocketAddress> addresses, List<Path> sockets) {
        public Bound {
            addresses = List.copyOf(addresses);
            sockets = List.copyOf(sockets);
        }

        /** On TCP alone. */
        public Bound(String name, String protocol, List<InetSocketAddress> addresses) {
            this(name, protocol, addresses, List.of());
        }
    }
}
