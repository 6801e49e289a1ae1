package io.drover.api.kernel;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A network namespace and the id by which another one knows it (man 8 ip-netns, list-id).
 *
 * @param id what {@link NetlinkBatch#namespaceId} says of messages from there; -1 when it has none,
 *     and then no socket elsewhere hears it
 * @param inode its identity on this host
 * @param file stands for it while it is there: {@code /run/netns/blue}, {@code /proc/4711/ns/net}
 */
public record NamespaceId(int id, long inode, Path file) {

    public NamespaceId {
        Objects.requireNonNull(file, "file");
    }
}
