package io.drover.http.internal.serve;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the front into Pax Web's server, before what Pax Web itself serves, and takes it out again.
 * The server outlives this bundle: nothing of ours may stay in it.
 */
public final class Entrance {

    private static final Logger log = LoggerFactory.getLogger(Entrance.class);

    private final Front front;
    private Handler.Sequence sequence;

    public Entrance(Front front) {
        this.front = front;
    }

    /** Serves the listeners of {@code server} from now on. */
    public synchronized void open(Server server) {
        close();
        if (server.getHandler() instanceof Handler.Sequence dynamic && dynamic.isDynamic()) {
            List<Handler> handlers = new ArrayList<>(dynamic.getHandlers());
            handlers.add(0, front);
            dynamic.setHandlers(handlers);
            sequence = dynamic;
        } else {
            log.error("no place in Pax Web's server: handler={}", server.getHandler());
        }
    }

    /** Whether the front is in a server. */
    public synchronized boolean isOpen() {
        return sequence != null;
    }

    /** Takes it out; requests that are under way are cut off. */
    public synchronized void close() {
        if (sequence == null) {
            return;
        }
        front.cutOffAll();
        List<Handler> handlers = new ArrayList<>(sequence.getHandlers());
        handlers.remove(front);
        sequence.setHandlers(handlers);
        sequence = null;
    }
}
