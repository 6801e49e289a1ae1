package io.drover.conntrack.internal;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.ConnectionEvent;
import io.drover.api.conntrack.ConnectionStream;
import io.drover.api.conntrack.StreamPosition;
import io.drover.api.conntrack.Traffic;
import io.drover.api.http.EventStream;
import io.drover.api.http.Json;
import java.io.IOException;
import java.util.Optional;

/** A stream of the table as server-sent events. The ids are places to resume at. */
final class EventsForHttp implements EventStream {

    private final ConnectionStream stream;
    private final ConnectionJson writer;

    EventsForHttp(ConnectionStream stream, ConnectionJson writer) {
        this.stream = stream;
        this.writer = writer;
    }

    @Override
    public Event next() {
        ConnectionEvent event = stream.poll();
        if (event == null) {
            return null;
        }
        String id = new StreamPosition(stream.epoch(), event.position()).toString();
        if (event instanceof ConnectionEvent.Opened opened) {
            return Event.of("opened", json -> write(opened.connection(), Optional.empty(), json))
                    .id(id);
        }
        if (event instanceof ConnectionEvent.Closed closed) {
            return Event.of("closed", json -> write(closed.connection(), closed.traffic(), json))
                    .id(id);
        }
        return Event.lost(((ConnectionEvent.Lost) event).count()).id(id);
    }

    private void write(Connection connection, Optional<Traffic> traffic, Json json)
            throws IOException {
        json.object().name("connection");
        writer.write(connection, json);
        if (traffic.isPresent()) {
            json.name("traffic").object();
            json.field("original_packets", traffic.get().originalPackets());
            json.field("original_bytes", traffic.get().originalBytes());
            json.field("reply_packets", traffic.get().replyPackets());
            json.field("reply_bytes", traffic.get().replyBytes());
            json.end();
        }
        json.end();
    }

    @Override
    public void onReady(Runnable ready) {
        stream.onReady(ready);
    }

    @Override
    public boolean ended() {
        return stream.ended();
    }

    @Override
    public void close() {
        stream.close();
    }
}
