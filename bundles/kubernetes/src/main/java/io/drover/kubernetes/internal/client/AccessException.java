package io.drover.kubernetes.internal.client;

/** A kubeconfig that cannot be used; the message names the file, the rule and the value. */
public final class AccessException extends Exception {

    private static final long serialVersionUID = 1L;

    AccessException(String message, Throwable cause) {
        super(message, cause);
    }
}
