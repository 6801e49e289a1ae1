package io.drover.testing;

import io.drover.api.http.ProblemException;
import io.drover.api.http.Request;
import io.drover.api.security.Caller;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A request that a test puts together. For one thread. */
public final class ScriptedRequest implements Request {

    private final Map<String, String> path = new HashMap<>();
    private final Map<String, String> query = new HashMap<>();
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private byte[] body = {};
    private Caller caller;

    /** With a part of the path. */
    public ScriptedRequest path(String name, String value) {
        path.put(name, value);
        return this;
    }

    /** With a query parameter. */
    public ScriptedRequest with(String name, String value) {
        query.put(name, value);
        return this;
    }

    /** With a header. */
    public ScriptedRequest header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** With a body. */
    public ScriptedRequest body(byte[] bytes) {
        body = bytes.clone();
        return this;
    }

    /** From somebody who has shown a token. */
    public ScriptedRequest from(Caller who) {
        caller = who;
        return this;
    }

    @Override
    public String path(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the path has no part " + name);
        }
        return value;
    }

    @Override
    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    @Override
    public long query(String name, long absent, long min, long max) throws ProblemException {
        if (!query.containsKey(name)) {
            return absent;
        }
        String rule = name + " must be from " + min + " to " + max + ", is " + query.get(name);
        try {
            long value = Long.parseLong(query.get(name));
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw ProblemException.badRequest(rule);
        }
        throw ProblemException.badRequest(rule);
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    @Override
    public Optional<Caller> caller() {
        return Optional.ofNullable(caller);
    }

    @Override
    public InputStream body() {
        return new ByteArrayInputStream(body);
    }
}
