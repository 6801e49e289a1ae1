package io.drover.link.internal;

import io.drover.api.security.ClusterCredentials;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Credentials that a test sets. */
final class FakeCredentials implements ClusterCredentials {

    volatile String token;
    private final List<X509Certificate> authorities;

    FakeCredentials(String token, X509Certificate authority) {
        this.token = token;
        this.authorities = List.of(authority);
    }

    @Override
    public Optional<String> token() {
        return Optional.ofNullable(token);
    }

    @Override
    public List<X509Certificate> authorities() {
        return authorities;
    }

    @Override
    public AutoCloseable onChange(Runnable listener) {
        return () -> {};
    }
}
