package io.drover.http.internal.route;

import io.drover.api.http.Endpoint;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a request before it is judged.
 *
 * @param endpoint the listener by which it came
 * @param guarded whether that listener asks who is there
 * @param nearby whether the client is on this host and means this host: it came over loopback and
 *     names no foreign host, as a page in a browser would that had its name resolved to 127.0.0.1
 * @param method as sent
 * @param rawPath as sent, without the query
 * @param authorizations the values of all {@code Authorization} headers
 * @param source the peer's address; empty over a Unix socket
 * @param peer the certificates that it has shown, leaf first
 */
public record Asked(
        Endpoint endpoint,
        boolean guarded,
        boolean nearby,
        String method,
        String rawPath,
        List<String> authorizations,
        Optional<InetAddress> source,
        List<X509Certificate> peer) {

    /** The API asks always, whoever opened it and how. */
    public Asked {
        guarded = guarded || endpoint == Endpoint.API;
    }
}
