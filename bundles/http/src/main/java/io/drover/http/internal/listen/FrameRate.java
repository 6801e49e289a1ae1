package io.drover.http.internal.listen;

import java.util.function.LongSupplier;
import org.eclipse.jetty.http2.RateControl;
import org.eclipse.jetty.http2.WindowRateControl;
import org.eclipse.jetty.http2.frames.PingFrame;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;

/**
 * Bounds the frames that cost the server more than the client. A ping after something else than the
 * answer to a ping was sent does not count: by those a client of gRPC measures how much it should
 * let come, one for each round trip of a busy stream. One thread at a time.
 */
final class FrameRate implements RateControl {

    /** An answer to a ping: nine bytes of its header, eight of its own (RFC 9113, 6.7). */
    private static final int PONG_BYTES = 17;

    private final RateControl others;
    private final LongSupplier sent;
    private long pings;
    private long othersSent;

    /**
     * @param others counts all else
     * @param sent bytes of HTTP/2 that were sent to the client so far
     */
    FrameRate(RateControl others, LongSupplier sent) {
        this.others = others;
        this.sent = sent;
    }

    /** Makes those of new connections. */
    record Factory(int maxPerSecond) implements RateControl.Factory {

        @Override
        public RateControl newRateControl(EndPoint endPoint) {
            return new FrameRate(
                    WindowRateControl.fromEventsPerSecond(maxPerSecond), () -> bytesOut(endPoint));
        }
    }

    private static long bytesOut(EndPoint endPoint) {
        Connection connection = endPoint.getConnection();
        return connection == null ? 0 : connection.getBytesOut();
    }

    @Override
    public boolean onEvent(Object event) {
        if (event instanceof PingFrame ping && !ping.isReply()) {
            // At least so many: of the pings some may not be answered yet.
            long now = sent.getAsLong() - PONG_BYTES * pings;
            pings++;
            if (now > othersSent) {
                othersSent = now;
                return true;
            }
        }
        return others.onEvent(event);
    }
}
