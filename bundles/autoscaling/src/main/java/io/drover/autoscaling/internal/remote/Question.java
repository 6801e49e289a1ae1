package io.drover.autoscaling.internal.remote;

import io.drover.autoscaling.internal.decide.Samples.Measured;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Objects;

/**
 * What somebody outside is asked, again and again.
 *
 * @param object whose question it is, namespace and name
 * @param subject what tells it from the other questions of that object
 * @param target where it goes
 * @param body what is posted; empty for a GET
 * @param reading makes a figure of the answer
 */
record Question(String object, String subject, URI target, String body, Reading reading) {

    /** Makes a figure of an answer. Pure. */
    @FunctionalInterface
    interface Reading {

        /**
         * The figure.
         *
         * @param text the body of an answer with the status 200
         * @param at when it came, milliseconds of the epoch
         * @throws IllegalArgumentException if it is no figure, saying why
         */
        Measured read(String text, long at);
    }

    Question {
        Objects.requireNonNull(object, "object");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(reading, "reading");
    }

    /** What tells it from all others. */
    String id() {
        return object + " " + subject;
    }

    /** Those who fail together: scheme, host and port. */
    String endpoint() {
        return target.getScheme() + "://" + target.getRawAuthority();
    }

    String method() {
        return body.isEmpty() ? "GET" : "POST";
    }

    BodyPublisher publisher() {
        return body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    }
}
