package io.drover.api.security;

/** What somebody wants to do with the agent, by the door that is used. */
public enum Use {
    /** Read the API: GET and HEAD. */
    READ,
    /** Change something by the API: every other method. */
    CHANGE,
    /** Read the metrics listener. */
    METRICS,
    /** Call a method by gRPC. */
    GRPC
}
