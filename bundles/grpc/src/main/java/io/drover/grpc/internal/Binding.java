package io.drover.grpc.internal;

import com.google.common.net.InetAddresses;
import io.drover.api.net.PortOwners;
import io.grpc.Server;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds one server to each address, all to one port. One server each, because only then a failure
 * tells which address it is about.
 */
final class Binding {

    private static final Logger log = LoggerFactory.getLogger(Binding.class);

    /** Another process may take, on one address, the port that was free on another. */
    private static final int TRIES_OF_FREE_PORTS = 16;

    /** The former server of this agent may be just closing the port. */
    private static final Duration GIVEN_BACK_WITHIN = Duration.ofSeconds(1);

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);

    private final List<InetAddress> addresses;
    private final int port;
    private final PortOwners owners;

    /**
     * @param port 0 for one that is free on every address
     */
    Binding(List<InetAddress> addresses, int port, PortOwners owners) {
        this.addresses = addresses;
        this.port = port;
        this.owners = owners;
    }

    /**
     * The started servers, one for each address of this host.
     *
     * @param maker makes a server that is not started yet
     */
    List<Server> bind(Function<InetSocketAddress, Server> maker)
            throws NotListeningException, InterruptedException {
        List<InetAddress> here = ofThisHost();
        long end = System.nanoTime() + GIVEN_BACK_WITHIN.toNanos();
        for (int tries = 1; ; tries++) {
            List<Server> servers = new ArrayList<>();
            try {
                bindAll(here, maker, servers);
                return servers;
            } catch (NotListeningException e) {
                servers.forEach(Server::shutdownNow);
                boolean inTime = port == 0 ? tries < TRIES_OF_FREE_PORTS : System.nanoTime() < end;
                if (!inTime) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES.toMillis());
            }
        }
    }

    private void bindAll(
            List<InetAddress> here, Function<InetSocketAddress, Server> maker, List<Server> started)
            throws NotListeningException {
        int chosen = port;
        for (InetAddress address : here) {
            Server server = start(maker, new InetSocketAddress(address, chosen));
            started.add(server);
            chosen = server.getPort();
        }
    }

    private Server start(Function<InetSocketAddress, Server> maker, InetSocketAddress address)
            throws NotListeningException {
        try {
            return maker.apply(address).start();
        } catch (IOException e) {
            throw explained(address, e);
        }
    }

    private List<InetAddress> ofThisHost() throws NotListeningException {
        List<InetAddress> here = new ArrayList<>();
        for (InetAddress address : addresses) {
            if (belongsToThisHost(address)) {
                here.add(address);
            } else if (address instanceof Inet6Address && address.isLoopbackAddress()) {
                log.info("no IPv6 on this host, not listening there: address={}", text(address));
            } else {
                throw notHere(address);
            }
        }
        if (here.isEmpty()) {
            throw notHere(addresses.get(0));
        }
        return here;
    }

    private static boolean belongsToThisHost(InetAddress address) {
        try {
            return address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null
                    // All of 127.0.0.0/8 is this host, on no interface by name.
                    || (address.isLoopbackAddress() && !(address instanceof Inet6Address));
        } catch (SocketException e) {
            return true; // Not known: the attempt to bind will tell.
        }
    }

    private static NotListeningException notHere(InetAddress address) {
        return new NotListeningException(
                "grpc.bind: " + text(address) + " is not an address of this host",
                "set grpc.bind to addresses of this host (ip address)",
                null);
    }

    private NotListeningException explained(InetSocketAddress address, IOException failure) {
        String where = "grpc.port: port " + address.getPort() + " on " + text(address.getAddress());
        String why =
                owners.ownerOf(address.getPort())
                        .map(owner -> " is taken by " + owner)
                        .orElseGet(() -> " cannot be bound: " + rootMessage(failure));
        return new NotListeningException(
                where + why,
                "end the other process or set grpc.port (DROVER_GRPC_PORT); 0 picks a free one",
                failure);
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    private static String text(InetAddress address) {
        return InetAddresses.toAddrString(address);
    }
}
