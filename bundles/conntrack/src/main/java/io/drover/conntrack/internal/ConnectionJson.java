package io.drover.conntrack.internal;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.Tuple;
import io.drover.api.http.Json;
import io.drover.api.http.Schema;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Connections as JSON. Any thread. */
final class ConnectionJson {

    /** Names of the bits of CTA_STATUS (enum ip_conntrack_status), from bit 0. */
    private static final List<String> STATUS =
            List.of(
                    "expected",
                    "seen_reply",
                    "assured",
                    "confirmed",
                    "src_nat",
                    "dst_nat",
                    "seq_adjust",
                    "src_nat_done",
                    "dst_nat_done",
                    "dying",
                    "fixed_timeout",
                    "template",
                    "untracked",
                    "helper",
                    "offload",
                    "hw_offload");

    static final Schema TUPLE =
            Schema.object()
                    .with("source", Schema.text())
                    .maybe("source_name", Schema.text())
                    .with("source_port", Schema.whole(0, 65_535))
                    .with("destination", Schema.text())
                    .maybe("destination_name", Schema.text())
                    .with("destination_port", Schema.whole(0, 65_535));

    static final Schema CONNECTION =
            Schema.object()
                    .with("protocol", Schema.text())
                    .with("state", Schema.text().orNull())
                    .with("original", TUPLE)
                    .with("reply", TUPLE)
                    .with("translated", Schema.bool())
                    .with("effective", TUPLE)
                    .with("zone", Schema.whole(0, 65_535))
                    .with("mark", Schema.whole(0, 0xffffffffL))
                    .with("status", Schema.list(Schema.text()))
                    .with("id", Schema.whole(0, 0xffffffffL))
                    .with("namespace", Schema.whole())
                    .with("since", Schema.instant().orNull())
                    .with("told", Schema.instant().orNull());

    private final Names names;

    ConnectionJson(Names names) {
        this.names = names;
    }

    void write(Connection connection, Json json) throws IOException {
        json.object();
        json.field("protocol", connection.protocolName());
        json.field("state", connection.state().isEmpty() ? null : connection.state());
        write("original", connection.original(), json);
        write("reply", connection.reply(), json);
        json.field("translated", connection.translated());
        write("effective", connection.effective(), json);
        json.field("zone", connection.zone());
        json.field("mark", connection.mark());
        json.field("status", bits(connection.status()));
        json.field("id", connection.id());
        json.field("namespace", connection.namespace());
        json.field("since", instant(connection.since()));
        json.field("told", instant(connection.told()));
        json.end();
    }

    private static Instant instant(long seconds) {
        return seconds == 0 ? null : Instant.ofEpochSecond(seconds);
    }

    void write(String name, Tuple tuple, Json json) throws IOException {
        json.name(name).object();
        end("source", tuple.source(), json);
        json.field("source_port", tuple.sourcePort());
        end("destination", tuple.destination(), json);
        json.field("destination_port", tuple.destinationPort());
        json.end();
    }

    void end(String name, InetAddress address, Json json) throws IOException {
        json.field(name, address.getHostAddress());
        Optional<String> known = names.of(address);
        if (known.isPresent()) {
            json.field(name + "_name", known.get());
        }
    }

    private static List<String> bits(int status) {
        List<String> set = new ArrayList<>();
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            if ((status >>> bit & 1) != 0) {
                set.add(bit < STATUS.size() ? STATUS.get(bit) : "bit_" + bit);
            }
        }
        return set;
    }
}
