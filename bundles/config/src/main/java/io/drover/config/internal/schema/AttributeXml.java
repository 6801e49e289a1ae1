package io.drover.config.internal.schema;

import java.util.List;

/** An {@code AD} element as written. */
record AttributeXml(
        String id,
        String type,
        String cardinality,
        String defaults,
        String min,
        String max,
        List<String> options,
        String description) {

    /**
     * @throws IllegalArgumentException when its type or its bounds are not known here
     */
    Key key() {
        ValueType valueType =
                ValueType.named(type)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "attribute " + id + " has the type " + type));
        if (valueType == ValueType.SECRET && itemsMax() > 0) {
            throw new IllegalArgumentException("attribute " + id + " is a list of secrets");
        }
        return new Key(
                Key.nameOf(id),
                id,
                valueType,
                itemsMax(),
                defaultValues(),
                Bounds.of(min, max),
                options,
                description);
    }

    /** A negative cardinality means a vector, to which people need not see a difference. */
    private int itemsMax() {
        int number = cardinality.isEmpty() ? 0 : Integer.parseInt(cardinality);
        return number == Integer.MIN_VALUE ? Integer.MAX_VALUE : Math.abs(number);
    }

    private List<String> defaultValues() {
        if (defaults == null) {
            return List.of();
        }
        List<String> items = Commas.split(defaults);
        return itemsMax() > 0 || !items.isEmpty() ? items : List.of("");
    }
}
