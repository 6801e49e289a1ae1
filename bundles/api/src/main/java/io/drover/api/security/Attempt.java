package io.drover.api.security;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One request before anything of it is done, as {@link Guard} judges it.
 *
 * @param use by which door, and for what
 * @param audience for whom the route or method is; {@link Audience#PUBLIC} where nothing is known
 *     of it but that nobody unknown may learn so (an unknown path): then every caller who may come
 *     by this door is admitted
 * @param verb the HTTP method in lower case; {@code post} by gRPC
 * @param path decoded and without the query: {@code /metrics}; by gRPC the full method name after a
 *     slash
 * @param authorizations the values of all {@code Authorization} headers
 * @param source the peer's address; empty over a Unix socket
 * @param peer the client's certificate chain as TLS has verified it, leaf first; empty when none
 *     was shown
 */
public record Attempt(
        Use use,
        Audience audience,
        String verb,
        String path,
        List<String> authorizations,
        Optional<InetAddress> source,
        List<X509Certificate> peer) {

    public Attempt {
        Objects.requireNonNull(use, "use");
        Objects.requireNonNull(audience, "audience");
        Objects.requireNonNull(verb, "verb");
        Objects.requireNonNull(path, "path");
        authorizations = List.copyOf(authorizations);
        Objects.requireNonNull(source, "source");
        peer = List.copyOf(peer);
    }

    /** Without what was shown. */
    @Override
    public String toString() {
        return "Attempt[" + use + " " + audience + " " + verb + " " + path + "]";
    }
}
