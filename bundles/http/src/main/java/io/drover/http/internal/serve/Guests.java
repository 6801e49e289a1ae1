package io.drover.http.internal.serve;

import io.drover.api.http.Guest;
import io.drover.api.http.Guest.Manners;
import io.drover.api.http.SharedListener.Stay;
import io.drover.http.internal.route.Verdict;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;

/**
 * Who is served on the API listener beside the routes. Of a guest that has gone only its manners
 * are kept, which hold nothing of its bundle. Any thread.
 */
public final class Guests {

    /**
     * Where a request belongs.
     *
     * @param guest empty while it is away
     */
    record Place(Optional<Guest> guest, Manners manners) {}

    private record Seen(Place place, long goneAt) {}

    private final AtomicReference<Seen> seen = new AtomicReference<>();
    private final LongSupplier nanoTime;

    /**
     * @param nanoTime as {@link System#nanoTime}
     */
    public Guests(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Serves {@code guest} until its stay is closed. */
    public Stay admit(Guest guest) {
        Manners manners = guest.manners();
        Seen here = new Seen(new Place(Optional.of(guest), manners), 0);
        seen.set(here);
        return () ->
                seen.compareAndSet(
                        here, new Seen(new Place(Optional.empty(), manners), nanoTime.getAsLong()));
    }

    /**
     * Where a request with this {@code Content-Type} belongs.
     *
     * @param contentType null for none
     * @param absent how long a guest that has gone is expected back
     * @return empty when it is for the routes
     */
    Optional<Place> of(String contentType, Duration absent) {
        Seen now = seen.get();
        if (now == null || contentType == null || !is(contentType, now.place.manners())) {
            return Optional.empty();
        }
        boolean expected =
                now.place.guest().isPresent()
                        || nanoTime.getAsLong() - now.goneAt <= absent.toNanos();
        return expected ? Optional.of(now.place) : Optional.empty();
    }

    /** What holds for the requests of the guest that is here, or was. */
    Optional<Manners> manners() {
        return Optional.ofNullable(seen.get()).map(now -> now.place.manners());
    }

    /** Why a request of a guest's media type is none that a guest answers; empty when it is one. */
    static Optional<Verdict.Refused> refusal(Manners manners, int httpVersion, String method) {
        if (httpVersion < HttpVersion.HTTP_2.getVersion()) {
            return Optional.of(
                    new Verdict.Refused(
                            HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505,
                            "http-version",
                            manners.mediaType() + " is served over HTTP/2 alone",
                            Map.of(),
                            false));
        }
        if (!method.equals("POST")) {
            return Optional.of(
                    new Verdict.Refused(
                            HttpStatus.METHOD_NOT_ALLOWED_405,
                            "method",
                            manners.mediaType() + " is served for POST alone",
                            Map.of("Allow", "POST"),
                            false));
        }
        return Optional.empty();
    }

    private static boolean is(String contentType, Manners manners) {
        String known = manners.mediaType();
        String given = contentType.toLowerCase(Locale.ROOT);
        return given.startsWith(known)
                && (given.length() == known.length()
                        || "+; \t".indexOf(given.charAt(known.length())) >= 0);
    }
}
