package io.drover.api.intake;

/**
 * Sends to the intake with the agent's API key, which nobody else has to hold. Given by the bundle
 * {@code core}; any thread.
 */
public interface Intake {

    /**
     * Announces that something is sent from now on. While there is at least one sender the agent
     * needs an API key: if none is configured, a start ends with exit code 78, and later the step
     * {@code core/api-key} is degraded. Answers at once; asks nobody.
     *
     * @param what is sent, as a person calls it: {@code profile upload}
     */
    Sender open(String what);
}
