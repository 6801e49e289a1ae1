package io.drover.http.internal.serve;

import io.drover.http.internal.route.Rates;
import java.time.Duration;
import java.util.List;

/**
 * What a request may cost.
 *
 * @param doors the listeners
 * @param rates how often a source may ask
 * @param requestTimeout from a request's header to the end of its answer; streams excepted
 * @param maxBodyBytes of a request
 * @param hold how long a request waits for a bundle that is being replaced
 * @param maxHeld how many wait at a time
 * @param absent how long a bundle that has gone is expected back
 * @param maxStreams live streams, all clients together
 * @param maxStreamsPerSource live streams of one source
 */
public record Terms(
        List<Door> doors,
        Rates.Allowed rates,
        Duration requestTimeout,
        int maxBodyBytes,
        Duration hold,
        int maxHeld,
        Duration absent,
        int maxStreams,
        int maxStreamsPerSource) {

    public Terms {
        doors = List.copyOf(doors);
    }

    /** The listener of that name; null when there is none. */
    public Door door(String name) {
        for (Door door : doors) {
            if (door.name().equals(name)) {
                return door;
            }
        }
        return null;
    }
}
