package io.drover.config.internal.judge;

import io.drover.config.internal.read.Value;
import io.drover.config.internal.schema.Choice;
import io.drover.config.internal.schema.Commas;
import io.drover.config.internal.schema.Key;
import io.drover.config.internal.schema.NearestWord;
import io.drover.config.internal.schema.ValueType;
import io.drover.config.internal.secret.Reference;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Turns what a source says into the type that the key has, or says why not. Pure. */
final class TypedValue {

    private TypedValue() {}

    /** A String, Boolean, Integer, Long, Double, or a List of such. */
    static Object of(Key key, Value value) throws Mismatch {
        if (value instanceof Value.Variable variable) {
            return key.list()
                    ? list(key, Commas.split(variable.text()))
                    : scalar(key, variable.text(), plainKind(key, variable.text()));
        }
        if (value instanceof Value.Listing listing) {
            if (!key.list()) {
                throw new Mismatch(key.type().rule() + ", not a list", "a list");
            }
            List<Object> items = new ArrayList<>();
            for (Value.Scalar item : listing.items()) {
                items.add(scalar(key, item.text(), item.kind()));
            }
            return bounded(key, items);
        }
        Value.Scalar scalar = (Value.Scalar) value;
        if (key.list()) {
            throw new Mismatch("must be a list, as in [a, b]", scalar.text());
        }
        return scalar(key, scalar.text(), scalar.kind());
    }

    /**
     * The values that hold when nothing is said; as text if the bundle declares what is not one.
     */
    static Object ofDefault(Key key) {
        try {
            return key.list()
                    ? list(key, key.defaults())
                    : key.defaults().isEmpty()
                            ? ""
                            : scalar(
                                    key,
                                    key.defaults().get(0),
                                    plainKind(key, key.defaults().get(0)));
        } catch (Mismatch e) {
            return String.join(",", key.defaults());
        }
    }

    private static List<Object> list(Key key, List<String> texts) throws Mismatch {
        List<Object> items = new ArrayList<>();
        for (String text : texts) {
            items.add(scalar(key, text, plainKind(key, text)));
        }
        return bounded(key, items);
    }

    private static List<Object> bounded(Key key, List<Object> items) throws Mismatch {
        if (items.size() > key.itemsMax()) {
            throw new Mismatch(
                    "must have at most " + key.itemsMax() + " items", String.valueOf(items.size()));
        }
        return List.copyOf(items);
    }

    private static Value.Kind plainKind(Key key, String text) {
        return isText(key) ? Value.Kind.TEXT : Value.Kind.of(text.strip());
    }

    private static Object scalar(Key key, String text, Value.Kind kind) throws Mismatch {
        return switch (key.type()) {
            case TEXT, SECRET -> text(key, text);
            case TRUTH -> truth(key, text, kind);
            case INTEGER -> whole(key, text, kind, 32).intValueExact();
            case LONG -> whole(key, text, kind, 64).longValueExact();
            case DOUBLE -> fraction(key, text, kind);
        };
    }

    private static String text(Key key, String text) throws Mismatch {
        if (key.secret() && (text.isBlank() || Reference.isElsewhere(text))) {
            return text;
        }
        if (!key.offers(text)) {
            throw new Mismatch("must be " + oneOf(key, text), text);
        }
        if (!key.bounds().admit(BigDecimal.valueOf(text.length()))) {
            throw new Mismatch(
                    "must have a length of " + key.bounds().words() + " characters", text);
        }
        return text;
    }

    private static Boolean truth(Key key, String text, Value.Kind kind) throws Mismatch {
        if (kind != Value.Kind.TRUTH) {
            throw wrongType(key, text, kind);
        }
        return Boolean.valueOf(text.strip().toLowerCase(Locale.ROOT));
    }

    private static BigInteger whole(Key key, String text, Value.Kind kind, int bits)
            throws Mismatch {
        if (kind != Value.Kind.WHOLE) {
            throw wrongType(key, text, kind);
        }
        BigInteger number = wholeNumber(text.strip());
        if (number.bitLength() >= bits) {
            String range = key.bounds().words().isEmpty() ? "of " + bits + " bits" : words(key);
            throw new Mismatch(key.type().rule() + " " + range, text);
        }
        checkNumber(key, new BigDecimal(number), text);
        return number;
    }

    private static Double fraction(Key key, String text, Value.Kind kind) throws Mismatch {
        if (kind != Value.Kind.WHOLE && kind != Value.Kind.FRACTION) {
            throw wrongType(key, text, kind);
        }
        String bare = text.strip();
        double number =
                kind == Value.Kind.WHOLE
                        ? wholeNumber(bare).doubleValue()
                        : bare.toLowerCase(Locale.ROOT).matches("[-+]?\\.(inf|nan)")
                                ? Double.NaN
                                : Double.parseDouble(bare);
        if (!Double.isFinite(number)) {
            throw new Mismatch("must be a finite number", text);
        }
        checkNumber(key, BigDecimal.valueOf(number), text);
        return number;
    }

    private static BigInteger wholeNumber(String text) {
        return text.startsWith("0x")
                ? new BigInteger(text.substring(2), 16)
                : text.startsWith("0o")
                        ? new BigInteger(text.substring(2), 8)
                        : new BigInteger(text);
    }

    private static void checkNumber(Key key, BigDecimal number, String text) throws Mismatch {
        if (!key.bounds().admit(number)) {
            throw new Mismatch("must be " + words(key), text);
        }
        if (!key.offers(number.toPlainString())) {
            throw new Mismatch("must be " + oneOf(key, text), text);
        }
    }

    private static Mismatch wrongType(Key key, String text, Value.Kind kind) {
        String bounds = words(key);
        String rule = key.type().rule() + (bounds.isEmpty() ? "" : " " + bounds);
        boolean quoted = kind == Value.Kind.TEXT && Value.Kind.of(text) != Value.Kind.TEXT;
        return new Mismatch(rule, quoted ? "the text \"" + text + "\"" : text);
    }

    private static String oneOf(Key key, String text) {
        String meant =
                NearestWord.to(text, key.options())
                        .map(word -> "; did you mean " + word + "?")
                        .orElse("");
        List<String> words = key.choices().stream().map(Choice::words).toList();
        return "one of " + String.join(", ", words) + meant;
    }

    private static String words(Key key) {
        return key.bounds().words();
    }

    private static boolean isText(Key key) {
        return key.type() == ValueType.TEXT || key.type() == ValueType.SECRET;
    }
}
