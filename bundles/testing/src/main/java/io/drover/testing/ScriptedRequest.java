package io.drover.testing;

import io.drover.api.http.ProblemException;
import io.drover.api.http.Request;
import io.drover.api.security.Caller;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A request that a test puts together. For one thread. */
public final class ScriptedRequest implements Request {

    private final Map<String, String> path = new HashMap<>();
    private final Map<String, List<String>> query = new HashMap<>();
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private byte[] body = {};
    private Caller caller;

    /** With a part of the path. */
    public ScriptedRequest path(String name, String value) {
        path.put(name, value);
        return this;
    }

    /** With a query parameter, or one value more of it. */
    public ScriptedRequest with(String name, String value) {
        query.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
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
        return queries(name).stream().findFirst();
    }

    @Override
    public List<String> queries(String name) {
        return List.copyOf(query.getOrDefault(name, List.of()));
    }

    @Override
    public long query(String name, long absent, long min, long max) throws ProblemException {
        if (!query.containsKey(name)) {
            return absent;
        }
        String text = query.get(name).get(0);
        String rule = name + " must be from " + min + " to " + max + ", is " + text;
        try {
            long value = Long.parseLong(text);
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
