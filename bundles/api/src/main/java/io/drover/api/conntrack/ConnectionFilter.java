package io.drover.api.conntrack;

import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Which connections are wanted. An empty part admits all.
 *
 * @param protocol the IP protocol's number
 * @param address any of the four addresses of the two directions
 * @param port any of the four ports
 * @param translatedOnly only connections whose addresses were translated
 * @param namespace inode of the network namespace
 * @param state the protocol's own state, in capitals
 */
public record ConnectionFilter(
        OptionalInt protocol,
        Optional<InetAddress> address,
        OptionalInt port,
        boolean translatedOnly,
        OptionalLong namespace,
        Optional<String> state) {

    /** Every connection. */
    public static final ConnectionFilter ALL =
            new ConnectionFilter(OptionalInt.empty(), Optional.empty(), OptionalInt.empty(), false);

    public ConnectionFilter {
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(port, "port");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(state, "state");
    }

    /** A filter of all namespaces and states. */
    public ConnectionFilter(
            OptionalInt protocol,
            Optional<InetAddress> address,
            OptionalInt port,
            boolean translatedOnly) {
        this(protocol, address, port, translatedOnly, OptionalLong.empty(), Optional.empty());
    }

    /** Whether {@code connection} is wanted. */
    public boolean admits(Connection connection) {
        if (translatedOnly && !connection.translated()) {
            return false;
        }
        if (protocol.isPresent() && protocol.getAsInt() != connection.protocol()) {
            return false;
        }
        if (namespace.isPresent() && namespace.getAsLong() != connection.namespace()) {
            return false;
        }
        if (state.isPresent() && !state.get().equals(connection.state())) {
            return false;
        }
        Tuple there = connection.original();
        Tuple back = connection.reply();
        if (address.isPresent()) {
            InetAddress wanted = address.get();
            if (!wanted.equals(there.source())
                    && !wanted.equals(there.destination())
                    && !wanted.equals(back.source())
                    && !wanted.equals(back.destination())) {
                return false;
            }
        }
        if (port.isPresent()) {
            int wanted = port.getAsInt();
            return wanted == there.sourcePort()
                    || wanted == there.destinationPort()
                    || wanted == back.sourcePort()
                    || wanted == back.destinationPort();
        }
        return true;
    }
}
