package io.drover.launcher;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * One request to the agent.
 *
 * @param method of HTTP
 * @param path with its query
 * @param accept the media types of the answer, the best first
 * @param body a text; empty for none
 */
record Call(String method, String path, String accept, String body) {

    private static final String TEXT = "text/plain, application/json;q=0.5";
    private static final String JSON = "application/json";

    Call(String method, String path, String accept) {
        this(method, path, accept, "");
    }

    /** Reads; JSON when {@code --json} is among the words, else a text for people. */
    static Call get(String path, Words words) {
        return get(path, words.flag("--json"));
    }

    static Call get(String path, boolean json) {
        return new Call("GET", path, json ? JSON : TEXT);
    }

    /** Does something. */
    static Call post(String path, Words words) {
        return post(path, words.flag("--json"));
    }

    static Call post(String path, boolean json) {
        return new Call("POST", path, json ? JSON : TEXT);
    }

    /** A word of a user's, as a path or a query takes it. */
    static String encoded(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8);
    }
}
