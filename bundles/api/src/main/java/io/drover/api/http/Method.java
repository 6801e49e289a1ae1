package io.drover.api.http;

/** What a route does with its resource: GET reads (HEAD is answered from it), the others change. */
public enum Method {
    GET,
    POST,
    PUT,
    PATCH,
    DELETE
}
