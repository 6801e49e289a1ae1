package io.drover.http.internal.listen;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * The bound sockets of one listener: all of its addresses on one port, or none.
 *
 * @param channels one for each address that is listened on, in their order
 * @param left addresses that were left out because this host has no such protocol
 */
record Sockets(List<ServerSocketChannel> channels, List<InetAddress> left) {

    /** How often another free port is taken when the first one is taken on a second address. */
    private static final int PORTS_TRIED_MAX = 16;

    private static final int BACKLOG = 128;

    /**
     * Binds all addresses.
     *
     * @param preferred for port 0: the port to take again, where it is still free
     * @throws BindFailure naming the first address that cannot be; nothing is bound then
     */
    static Sockets bind(Binding binding, OptionalInt preferred) throws BindFailure {
        if (binding.port() != 0) {
            return bind(binding.addresses(), binding.port());
        }
        if (preferred.isPresent()) {
            try {
                return bind(binding.addresses(), preferred.getAsInt());
            } catch (BindFailure e) {
                if (e.kind() != BindFailure.Kind.TAKEN) {
                    throw e;
                }
            }
        }
        for (int tried = 1; ; tried++) {
            try {
                return bind(binding.addresses(), 0);
            } catch (BindFailure e) {
                if (e.kind() != BindFailure.Kind.TAKEN || tried == PORTS_TRIED_MAX) {
                    throw e;
                }
            }
        }
    }

    private static Sockets bind(List<InetAddress> addresses, int wanted) throws BindFailure {
        List<ServerSocketChannel> channels = new ArrayList<>();
        List<InetAddress> left = new ArrayList<>();
        int port = wanted;
        for (InetAddress address : addresses) {
            try {
                ServerSocketChannel channel = bind(address, port);
                channels.add(channel);
                port = channel.socket().getLocalPort();
            } catch (IOException
                    | UnsupportedOperationException
                    | UnsupportedAddressTypeException e) {
                if (address.isLoopbackAddress() && absent(e)) {
                    left.add(address);
                } else {
                    channels.forEach(Sockets::close);
                    throw new BindFailure(kind(e), address, port, e);
                }
            }
        }
        if (channels.isEmpty()) {
            IOException none = new BindException("none of the addresses exists on this host");
            throw new BindFailure(BindFailure.Kind.NOT_OURS, left.get(0), port, none);
        }
        return new Sockets(channels, left);
    }

    private static ServerSocketChannel bind(InetAddress address, int port) throws IOException {
        // Else 0.0.0.0 would be :: to the JDK, and IPv6 open as well.
        ServerSocketChannel channel =
                ServerSocketChannel.open(
                        address instanceof Inet4Address
                                ? StandardProtocolFamily.INET
                                : StandardProtocolFamily.INET6);
        try {
            // Else a restart waits for the last connections' TIME_WAIT.
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(new InetSocketAddress(address, port), BACKLOG);
            return channel;
        } catch (IOException | RuntimeException e) {
            close(channel);
            throw e;
        }
    }

    /** The addresses with the port that was really chosen. */
    List<InetSocketAddress> addresses() {
        return channels.stream()
                .map(c -> (InetSocketAddress) c.socket().getLocalSocketAddress())
                .toList();
    }

    int port() {
        return channels.get(0).socket().getLocalPort();
    }

    void close() {
        channels.forEach(Sockets::close);
    }

    private static void close(ServerSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("a listening socket that cannot be closed", e);
        }
    }

    /**
     * The JDK has one exception for EADDRINUSE, EADDRNOTAVAIL and EACCES; only its text differs.
     */
    private static BindFailure.Kind kind(Exception e) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (text.contains("already in use")) {
            return BindFailure.Kind.TAKEN;
        }
        if (text.contains("denied")) {
            return BindFailure.Kind.DENIED;
        }
        return absent(e) ? BindFailure.Kind.NOT_OURS : BindFailure.Kind.OTHER;
    }

    private static boolean absent(Exception e) {
        if (e instanceof UnsupportedAddressTypeException
                || e instanceof UnsupportedOperationException) {
            return true;
        }
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return e instanceof SocketException
                && (text.contains("cannot assign requested address")
                        || text.contains("address family")
                        || text.contains("protocol family"));
    }
}
