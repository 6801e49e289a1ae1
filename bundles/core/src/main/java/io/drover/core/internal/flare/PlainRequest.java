package io.drover.core.internal.flare;

import io.drover.api.http.Request;
import io.drover.api.security.Caller;
import java.io.InputStream;
import java.util.Optional;

/** A request of nobody, without parameters, for a document. */
enum PlainRequest implements Request {
    INSTANCE;

    @Override
    public String path(String name) {
        throw new IllegalArgumentException("the path has no part " + name);
    }

    @Override
    public Optional<String> query(String name) {
        return Optional.empty();
    }

    @Override
    public long query(String name, long absent, long min, long max) {
        return absent;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<Caller> caller() {
        return Optional.empty();
    }

    @Override
    public InputStream body() {
        return InputStream.nullInputStream();
    }
}
