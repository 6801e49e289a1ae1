package io.drover.security.internal;

import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.security.TokenStore;
import java.util.List;
import java.util.stream.Stream;

/** All that people ask and order by the API. */
final class SecurityRoutes implements Routes {

    private final List<Route> routes;

    SecurityRoutes(TokenStore tokens, CertificatesStep certificates) {
        routes =
                Stream.of(new TokenRoutes(tokens), new CertificateRoutes(certificates))
                        .flatMap(part -> part.routes().stream())
                        .toList();
    }

    @Override
    public List<Route> routes() {
        return routes;
    }
}
