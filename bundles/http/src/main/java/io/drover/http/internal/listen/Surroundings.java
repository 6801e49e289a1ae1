package io.drover.http.internal.listen;

import io.drover.api.http.Endpoint;
import io.drover.api.net.PortOwners;
import io.drover.api.security.TlsIdentity;
import java.util.Optional;
import org.eclipse.jetty.server.Server;

/** What listeners need and which comes and goes. Any thread; answers from memory. */
public interface Surroundings {

    /** The running server; empty while Pax Web has none. */
    Optional<Server> server();

    /** Whether {@code server} serves every path of {@code endpoint} by now. */
    boolean mounted(Server server, Endpoint endpoint);

    /** The certificate to show; empty while nobody has given one. */
    Optional<TlsIdentity> identity();

    /** Who can tell the owner of a taken port. */
    Optional<PortOwners> portOwners();

    /** Requests that are being answered. */
    long requestsInFlight();
}
