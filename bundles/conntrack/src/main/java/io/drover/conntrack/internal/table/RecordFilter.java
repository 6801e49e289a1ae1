package io.drover.conntrack.internal.table;

import io.drover.api.conntrack.ConnectionFilter;
import io.drover.conntrack.internal.codec.States;
import java.net.InetAddress;
import java.util.Optional;

/** A {@link ConnectionFilter} for records, so that what is not wanted never becomes an object. */
final class RecordFilter {

    private static final int ANY = -1;

    private final int protocol;
    private final int port;
    private final boolean translatedOnly;
    private final boolean anyNamespace;
    private final int namespace;
    private final Optional<String> state;
    private final Layout family;
    private final long high;
    private final long low;

    RecordFilter(ConnectionFilter filter, ConnectionTable table) {
        this.protocol = filter.protocol().orElse(ANY);
        this.port = filter.port().orElse(ANY);
        this.translatedOnly = filter.translatedOnly();
        this.anyNamespace = filter.namespace().isEmpty();
        this.namespace = anyNamespace ? ANY : table.known(filter.namespace().getAsLong());
        this.state = filter.state();
        InetAddress address = filter.address().orElse(null);
        if (address == null) {
            this.family = null;
            this.high = 0;
            this.low = 0;
        } else {
            this.family = address.getAddress().length == Integer.BYTES ? Layout.IPV4 : Layout.IPV6;
            this.high = Addresses.high(address);
            this.low = Addresses.low(address);
        }
    }

    boolean admits(Layout layout, long[] record) {
        return (protocol == ANY || protocol == layout.protocol(record, 0))
                && (anyNamespace || namespace == layout.namespace(record, 0))
                && (family == null || (family == layout && hasAddress(layout, record)))
                && (port == ANY
                        || hasPort(layout.ports(record, 0, 0))
                        || hasPort(layout.ports(record, 0, 1)))
                && (!translatedOnly || layout.translated(record, 0))
                && (state.isEmpty() || isInState(layout, record));
    }

    private boolean hasPort(int ports) {
        return ports >>> 16 == port || (ports & 0xffff) == port;
    }

    private boolean hasAddress(Layout layout, long[] record) {
        if (layout == Layout.IPV4) {
            return hasAddress(record[0]) || hasAddress(record[1]);
        }
        for (int i = 0; i < 2 * layout.addresses; i += 2) {
            if (record[i] == high && record[i + 1] == low) {
                return true;
            }
        }
        return false;
    }

    private boolean hasAddress(long pair) {
        return pair >>> 32 == low || (pair & 0xffffffffL) == low;
    }

    private boolean isInState(Layout layout, long[] record) {
        return layout.state(record, 0)
                == States.number(layout.protocol(record, 0), state.orElseThrow());
    }
}
