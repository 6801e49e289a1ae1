package io.drover.autoscaling.internal.guard;

import io.drover.autoscaling.internal.source.Selector;

/**
 * The most replicas of all targets together whose autoscalers have certain labels.
 *
 * @param selector which autoscalers
 * @param text the selector as it was written
 * @param max the most replicas
 */
public record Ceiling(Selector selector, String text, int max) {

    /**
     * Reads one: {@code team=shop,tier in (web, api): 200}.
     *
     * @throws IllegalArgumentException naming the rule and the value
     */
    public static Ceiling read(String text) {
        int colon = text.lastIndexOf(':');
        String number = text.substring(colon + 1).strip();
        if (colon < 1 || !number.matches("\\d{1,7}")) {
            throw new IllegalArgumentException(
                    "must be a label selector, a colon and a number of replicas, as team=shop: 200, is \""
                            + text
                            + "\"");
        }
        String selector = text.substring(0, colon).strip();
        return new Ceiling(Selector.of(selector), selector, Integer.parseInt(number));
    }
}
