package io.drover.api.net;

import java.util.Optional;

/** Says who holds a TCP port of this host. */
public interface PortOwners {

    /**
     * The process that listens on {@code port}, as {@code nginx (pid 4711)}. Reads /proc and takes
     * some milliseconds.
     *
     * @return empty when nobody listens or the process may not be seen by this user
     */
    Optional<String> ownerOf(int port);
}
