package io.drover.http.internal.serve;

import io.drover.api.http.Guest.Manners;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.frames.PingFrame;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.Callback;

/**
 * Asks connections that have been silent for a sign of life, since a client that has vanished with
 * its network says no goodbye. One thread, again and again.
 */
final class Pulse {

    /** What to do about one connection. */
    enum Finding {
        FINE,
        ASK,
        DEAD
    }

    /** What is known of one connection. Pure. */
    static final class Patient {

        private long bytesIn = -1;
        private long since;
        private long askedAt;
        private boolean asked;

        /**
         * @param nowBytesIn that have come ever
         * @param now in nanoseconds
         */
        Finding look(long nowBytesIn, long now, Manners manners) {
            if (nowBytesIn != bytesIn) {
                bytesIn = nowBytesIn;
                since = now;
                asked = false;
                return Finding.FINE;
            }
            if (asked) {
                return now - askedAt > manners.patience().toNanos() ? Finding.DEAD : Finding.FINE;
            }
            if (now - since > manners.silence().toNanos()) {
                asked = true;
                askedAt = now;
                return Finding.ASK;
            }
            return Finding.FINE;
        }
    }

    private Map<Connection, Patient> known = new HashMap<>();

    /** Looks at the connections of all visits, and cuts off those that are dead. */
    void look(Set<Visit> visits, Manners manners, long now) {
        Map<Connection, Patient> seen = new HashMap<>();
        for (Visit visit : visits) {
            Connection connection = visit.connection();
            if (!seen.containsKey(connection)) {
                Patient patient = known.getOrDefault(connection, new Patient());
                seen.put(connection, patient);
                Finding finding = patient.look(connection.getBytesIn(), now, manners);
                if (finding == Finding.ASK) {
                    ask(connection);
                } else if (finding == Finding.DEAD) {
                    visit.cutOff("keepalive");
                }
            }
        }
        known = seen;
    }

    private static void ask(Connection connection) {
        if (connection instanceof HTTP2Connection http2) {
            http2.getSession().ping(new PingFrame(0L, false), Callback.NOOP);
        }
    }
}
