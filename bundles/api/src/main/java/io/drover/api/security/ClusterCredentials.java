package io.drover.api.security;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What this agent shows to the other agents of its cluster, and whom it takes for one of them. A
 * service of the bundle {@code security}; any thread, never blocks.
 */
public interface ClusterCredentials {

    /**
     * The newest token of the cluster, to be sent as {@code Bearer}; empty when there is none. A
     * secret: to be asked for at each connection, never kept in a field or shown.
     */
    Optional<String> token();

    /** Who may have issued another agent's certificate; never empty. */
    List<X509Certificate> authorities();

    /**
     * Calls {@code listener} after each change of either, on a thread of the bundle {@code
     * security}, until the returned handle is closed. The listener must not block.
     */
    AutoCloseable onChange(Runnable listener);
}
