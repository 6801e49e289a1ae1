package io.drover.shell.internal;

import io.drover.api.conntrack.ConnectionEvent;
import io.drover.api.conntrack.ConnectionEvent.Closed;
import io.drover.api.conntrack.ConnectionEvent.Lost;
import io.drover.api.conntrack.ConnectionEvent.Opened;
import io.drover.api.conntrack.ConnectionFilter;
import io.drover.api.conntrack.ConnectionStream;
import io.drover.api.conntrack.Connections;
import io.drover.api.conntrack.Traffic;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code drover:conntrack-watch}: connections that open and close, until Ctrl-C. */
@Service
@Command(
        scope = "drover",
        name = "conntrack-watch",
        description = "Shows connections that open and close, as they do, until Ctrl-C")
public final class ConntrackWatchCommand implements Action {

    private static final int QUEUE = 4096;

    @Option(name = "--protocol", description = "only this protocol: tcp, udp, icmp, …")
    @Completion(ProtocolCompleter.class)
    String protocol;

    @Option(name = "--address", description = "only connections with this address at either end")
    String address;

    @Option(name = "--port", description = "only connections with this port at either end")
    Integer port;

    @Option(name = "--nat", description = "only connections that are translated")
    boolean translatedOnly;

    @Option(name = "--count", description = "end after so many events; 0 for never")
    long count;

    @Option(name = "--seconds", description = "end after so many seconds; 0 for never")
    long seconds;

    @Reference(optional = true)
    Connections connections;

    @Override
    public Object execute() throws InterruptedException {
        Needed.from("conntrack", connections);
        if (count < 0 || seconds < 0) {
            throw new IllegalArgumentException(
                    "--count and --seconds must be 0 or more, are " + count + " and " + seconds);
        }
        ConnectionFilter filter =
                new ConnectionFilter(
                        protocol == null
                                ? OptionalInt.empty()
                                : OptionalInt.of(Endpoints.protocol("--protocol", protocol)),
                        Optional.ofNullable(address)
                                .map(text -> Endpoints.literal("--address", text)),
                        port == null ? OptionalInt.empty() : OptionalInt.of(port),
                        translatedOnly);
        try (ConnectionStream stream = connections.stream(filter, QUEUE)) {
            watch(stream);
        }
        return null;
    }

    /** Ctrl-C interrupts the wait. */
    private void watch(ConnectionStream stream) throws InterruptedException {
        Semaphore ready = new Semaphore(0);
        stream.onReady(ready::release);
        long end = seconds == 0 ? Long.MAX_VALUE : System.nanoTime() + seconds * 1_000_000_000L;
        for (long shown = 0; count == 0 || shown < count; ) {
            ConnectionEvent event = stream.poll();
            if (event != null) {
                System.out.println(line(event));
                shown++;
            } else if (stream.ended()) {
                System.out.println("The table has gone; watch again.");
                return;
            } else {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                System.out.flush();
                ready.tryAcquire(left, TimeUnit.NANOSECONDS);
            }
        }
    }

    private static String line(ConnectionEvent event) {
        if (event instanceof Opened opened) {
            return "+ " + Endpoints.line(opened.connection());
        }
        if (event instanceof Closed closed) {
            return "- " + Endpoints.line(closed.connection()) + carried(closed.traffic());
        }
        Lost lost = (Lost) event;
        return "! " + lost.count() + " events lost by the " + lost.cause();
    }

    private static String carried(Optional<Traffic> traffic) {
        return traffic.map(
                        seen ->
                                "  "
                                        + (seen.originalPackets() + seen.replyPackets())
                                        + " packets, "
                                        + seen.bytes()
                                        + " bytes")
                .orElse("");
    }
}
