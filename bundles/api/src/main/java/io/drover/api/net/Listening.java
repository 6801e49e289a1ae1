package io.drover.api.net;

import java.net.InetSocketAddress;
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
     */
    record Bound(String name, String protocol, List<InetSocketAddress> addresses) {
        public Bound {
            addresses = List.copyOf(addresses);
        }
    }
}
