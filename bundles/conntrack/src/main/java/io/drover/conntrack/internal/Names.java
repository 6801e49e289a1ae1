package io.drover.conntrack.internal;

import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Kind;
import io.drover.api.metadata.Metadata;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * Who in the cluster has an address: {@code pod/default/web-1}, {@code service/default/web}, {@code
 * node/worker-1}. Nothing while there is no metadata. Any thread.
 */
final class Names {

    private volatile Metadata metadata;

    void use(Metadata given) {
        metadata = given;
    }

    /** Takes it away, unless there is another by now. */
    void forget(Metadata gone) {
        if (metadata == gone) {
            metadata = null;
        }
    }

    Optional<String> of(InetAddress address) {
        Metadata known = metadata;
        return known == null ? Optional.empty() : known.at(address).map(Names::name);
    }

    private static String name(Entry entry) {
        String kind = entry.kind().name().toLowerCase(Locale.ROOT);
        return entry.kind() == Kind.NODE || entry.namespace().isEmpty()
                ? kind + "/" + entry.name()
                : kind + "/" + entry.namespace() + "/" + entry.name();
    }
}
