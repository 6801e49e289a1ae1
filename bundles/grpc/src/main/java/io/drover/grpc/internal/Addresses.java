package io.drover.grpc.internal;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.util.Optional;

/** IP addresses as requests write them. Pure. */
final class Addresses {

    private Addresses() {}

    /**
     * A literal IPv4 or IPv6 address; no name is looked up.
     *
     * @return empty for anything else, and for an address with a zone ({@code fe80::1%eth0}): it is
     *     the client's word for one of its own interfaces
     */
    static Optional<InetAddress> literal(String text) {
        return text.indexOf('%') < 0 && InetAddresses.isInetAddress(text)
                ? Optional.of(InetAddresses.forString(text))
                : Optional.empty();
    }
}
