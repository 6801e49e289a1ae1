package io.drover.security.internal;

import io.drover.api.security.ClusterCredentials;
import io.drover.security.internal.certificate.CertificateKeeper;
import io.drover.security.internal.token.TokenKeeper;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** What the tokens and the certificates together say of the cluster. */
final class AgentCredentials implements ClusterCredentials {

    private final TokenKeeper tokens;
    private final CertificateKeeper certificates;

    AgentCredentials(TokenKeeper tokens, CertificateKeeper certificates) {
        this.tokens = tokens;
        this.certificates = certificates;
    }

    @Override
    public Optional<String> token() {
        return tokens.clusterToken();
    }

    @Override
    public List<X509Certificate> authorities() {
        return certificates.clusterAuthorities();
    }

    @Override
    public AutoCloseable onChange(Runnable listener) {
        AutoCloseable token = tokens.onClusterToken(listener);
        AutoCloseable trust = certificates.onClusterAuthorities(listener);
        return () -> {
            try (token) {
                trust.close();
            }
        };
    }
}
