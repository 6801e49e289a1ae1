package io.drover.config.internal.secret;

import java.time.Duration;

/**
 * How secrets are fetched.
 *
 * @param program the back end's executable; empty when there is none
 * @param refresh time between two questions for a handle; zero for never
 * @param scatter whether the first of them comes at a random time within {@code refresh}
 * @param refused least time between two questions that a refusal caused
 * @param retryMax longest pause after a failure
 * @param secretBytes of one secret
 * @param auditBytes of the record of refreshed handles, before a new one begins
 * @param settle how long a file must rest after a change
 * @param look time between two looks at the files
 */
public record SecretLimits(
        Program program,
        Duration refresh,
        boolean scatter,
        Duration refused,
        Duration retryMax,
        int secretBytes,
        int auditBytes,
        Duration settle,
        Duration look) {}
