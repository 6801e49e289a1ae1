package io.drover.conntrack.internal;

import io.drover.api.kernel.KernelException;

/**
 * Something that keeps connections from being followed.
 *
 * @param reason one sentence
 * @param remedy what a person can do about it
 */
record Finding(String reason, String remedy) {

    /** What a refusal of the kernel means here. */
    static Finding of(KernelException refused) {
        String reason = refused.getMessage();
        return switch (refused.errno()) {
            case EPERM, EACCES ->
                    new Finding(
                            "the kernel does not let this process follow connections: " + reason,
                            "needs CAP_NET_ADMIN: run as root, or AmbientCapabilities=CAP_NET_ADMIN in the systemd unit,"
                                    + " or securityContext.capabilities.add: [NET_ADMIN] in Kubernetes");
            case EINVAL, EPROTONOSUPPORT, EOPNOTSUPP ->
                    new Finding(
                            "the kernel has no conntrack over netlink: " + reason,
                            "load it: modprobe nf_conntrack_netlink");
            case ENOENT ->
                    new Finding(reason, "set conntrack.namespace to a file that exists, or empty");
            case EMFILE, ENFILE ->
                    new Finding(reason, "raise the limit of open files (LimitNOFILE, ulimit -n)");
            case ENOMEM, ENOBUFS ->
                    new Finding(reason, "lower conntrack.receive_buffer_bytes or free memory");
            default -> new Finding(reason, "");
        };
    }
}
