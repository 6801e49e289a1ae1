package io.drover.http.internal.listen;

import io.drover.api.net.PortOwners;
import io.drover.api.security.TlsIdentity;
import java.util.Optional;
import org.eclipse.jetty.server.Server;

/** What listeners need and which comes and goes. Any thread, but where said otherwise. */
public interface Surroundings {

    /** The running server; empty while Pax Web has none. */
    Optional<Server> server();

    /** The certificate to show; empty while nobody has given one. */
    Optional<TlsIdentity> identity();

    /** Who can tell the owner of a taken port. */
    Optional<PortOwners> portOwners();

    /** Requests that are being answered. */
    long requestsInFlight();

    /** Time has passed, half a second or so. Called by the thread of the listeners. */
    void tick();

    /** All listeners are closed, for good. Called by their thread. */
    void closed();
}
