package io.drover.conntrack.internal.table;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionOrder;
import io.drover.api.conntrack.ConnectionPage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One page of a sorted table, by one walk through all records that keeps as many as the page has.
 * Records have their place for life, so that the place breaks ties and pages never overlap.
 */
final class Paging {

    private static final Pattern CURSOR =
            Pattern.compile("([0-9a-f]{1,16})-([0-9a-f]{1,16})-([0-9a-f]{1,9})");

    private final ConnectionTable table;
    private final RecordFilter filter;
    private final ConnectionOrder order;
    private final int limit;
    private final Comparator<Row> comparator;

    /** Where a record stands in the order. */
    private static final class Row {

        private final long first;
        private final long second;
        private final long place;
        private final long[] record;

        Row(long first, long second, long place, long[] record) {
            this.first = first;
            this.second = second;
            this.place = place;
            this.record = record;
        }

        Layout layout() {
            return (place & 1) == 0 ? Layout.IPV4 : Layout.IPV6;
        }

        String cursor() {
            return Long.toHexString(first)
                    + "-"
                    + Long.toHexString(second)
                    + "-"
                    + Long.toHexString(place);
        }
    }

    Paging(ConnectionTable table, RecordFilter filter, ConnectionOrder order, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be 1 or more, is " + limit);
        }
        this.table = table;
        this.filter = filter;
        this.order = order;
        this.limit = limit;
        Comparator<Row> ascending =
                (a, b) -> {
                    int first = Long.compareUnsigned(a.first, b.first);
                    int second = first != 0 ? first : Long.compareUnsigned(a.second, b.second);
                    return second != 0 ? second : Long.compare(a.place, b.place);
                };
        this.comparator = order.descending() ? ascending.reversed() : ascending;
    }

    ConnectionPage page(Optional<String> after) {
        Row begin = after.isEmpty() ? null : row(after.get());
        // The worst of those that are kept on top; one more than the page tells that there is more.
        PriorityQueue<Row> kept =
                new PriorityQueue<>(Math.min(limit, 1024) + 2, comparator.reversed());
        walk(Layout.IPV4, begin, kept);
        walk(Layout.IPV6, begin, kept);
        boolean more = kept.size() > limit;
        if (more) {
            kept.poll();
        }
        List<Row> rows = new ArrayList<>(kept);
        rows.sort(comparator);
        List<Connection> connections = new ArrayList<>(rows.size());
        for (Row row : rows) {
            connections.add(table.connection(row.layout(), row.record));
        }
        return new ConnectionPage(
                connections,
                more ? Optional.of(rows.get(rows.size() - 1).cursor()) : Optional.empty());
    }

    private static Row row(String cursor) {
        Matcher parts = CURSOR.matcher(cursor);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not the end of a page: " + cursor);
        }
        return new Row(
                Long.parseUnsignedLong(parts.group(1), 16),
                Long.parseUnsignedLong(parts.group(2), 16),
                Long.parseLong(parts.group(3), 16),
                null);
    }

    private void walk(Layout layout, Row begin, PriorityQueue<Row> kept) {
        FlowTable flows = table.of(layout);
        long[] record = new long[layout.width];
        int end = flows.highWater();
        for (int i = 0; i < end; i++) {
            if (!flows.copy(i, record) || !filter.admits(layout, record)) {
                continue;
            }
            long place = (long) i << 1 | (layout == Layout.IPV4 ? 0 : 1);
            Row row = new Row(first(layout, record), second(layout, record), place, record);
            boolean wanted =
                    (begin == null || comparator.compare(row, begin) > 0)
                            && (kept.size() <= limit || comparator.compare(row, kept.peek()) < 0);
            if (wanted) {
                kept.add(new Row(row.first, row.second, place, record.clone()));
                if (kept.size() > limit + 1) {
                    kept.poll();
                }
            }
        }
    }

    private long first(Layout layout, long[] record) {
        return switch (order.key()) {
            case SINCE -> layout.since(record, 0);
            case PROTOCOL -> layout.protocol(record, 0);
            case SOURCE_PORT -> layout.ports(record, 0, 0) >>> 16;
            case DESTINATION_PORT -> layout.ports(record, 0, 0) & 0xffff;
            case STATE -> layout.state(record, 0);
            case NAMESPACE -> table.inode(layout.namespace(record, 0));
            case SOURCE -> layout == Layout.IPV4 ? 0 : record[0];
            case DESTINATION -> layout == Layout.IPV4 ? 0 : record[2];
        };
    }

    private long second(Layout layout, long[] record) {
        return switch (order.key()) {
            case SOURCE -> layout == Layout.IPV4 ? record[0] >>> 32 : record[1];
            case DESTINATION -> layout == Layout.IPV4 ? record[0] & 0xffffffffL : record[3];
            default -> 0;
        };
    }
}
