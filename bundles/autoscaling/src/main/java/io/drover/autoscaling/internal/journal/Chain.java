package io.drover.autoscaling.internal.journal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Entries as lines and back. A line is its fields with a tab between them and, last, the SHA-256 of
 * the hash before it and these fields: whoever changes, adds or takes away a line breaks all that
 * follow. The head of a file is a line too. Pure functions, but for the digest that an instance
 * holds: one thread.
 */
final class Chain {

    static final String BEGIN = "0".repeat(64);

    private static final String MAGIC = "drover-journal-1";
    private static final int FIELDS = 11;
    private static final int TEXT_MAX = 1024;

    private final MessageDigest digest;

    Chain() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The head of a file whose first entry has this number. */
    static String head(long first, String before) {
        return MAGIC + "\t" + first + "\t" + before;
    }

    /** What the head of a file says. */
    record Head(long first, String before) {}

    static Optional<Head> head(String line) {
        String[] fields = line.split("\t", -1);
        return fields.length == 3
                        && fields[0].equals(MAGIC)
                        && fields[1].matches("\\d{1,18}")
                        && fields[2].matches("[0-9a-f]{64}")
                ? Optional.of(new Head(Long.parseLong(fields[1]), fields[2]))
                : Optional.empty();
    }

    /** An entry and the hash behind it. */
    record Link(Entry entry, String hash) {}

    /** The line of an entry, without its end. */
    String line(Entry entry, String before) {
        String body =
                String.join(
                        "\t",
                        Long.toString(entry.number()),
                        Long.toString(entry.at()),
                        text(entry.what()),
                        text(entry.namespace()),
                        text(entry.name()),
                        text(entry.target()),
                        text(entry.source()),
                        Integer.toString(entry.current()),
                        Integer.toString(entry.recommended()),
                        Integer.toString(entry.desired()),
                        text(entry.message()));
        return body + "\t" + hash(before, body);
    }

    static String hashOf(String line) {
        return line.substring(line.lastIndexOf('\t') + 1);
    }

    /** Whether a line follows a hash. */
    boolean follows(String line, String before) {
        int end = line.lastIndexOf('\t');
        return end > 0 && hash(before, line.substring(0, end)).equals(line.substring(end + 1));
    }

    /** The entry of a line whose hash is right; empty when it is none of ours. */
    static Optional<Entry> entry(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != FIELDS + 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Entry(
                            Long.parseLong(fields[0]),
                            Long.parseLong(fields[1]),
                            plain(fields[2]),
                            plain(fields[3]),
                            plain(fields[4]),
                            plain(fields[5]),
                            plain(fields[6]),
                            Integer.parseInt(fields[7]),
                            Integer.parseInt(fields[8]),
                            Integer.parseInt(fields[9]),
                            plain(fields[10])));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private String hash(String before, String body) {
        digest.update(before.getBytes(StandardCharsets.US_ASCII));
        digest.update((byte) '\n');
        return HexFormat.of().formatHex(digest.digest(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(String text) {
        String cut = text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX - 1) + "…";
        StringBuilder escaped = new StringBuilder(cut.length() + 8);
        for (int i = 0; i < cut.length(); i++) {
            char c = cut.charAt(i);
            switch (c) {
                case '\t' -> escaped.append("\\t");
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                case '\\' -> escaped.append("\\\\");
                // Half of a pair is no UTF-8: it would come back as another one.
                default -> escaped.append(Character.isSurrogate(c) && alone(cut, i) ? '?' : c);
            }
        }
        return escaped.toString();
    }

    private static boolean alone(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))
                : i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
    }

    private static String plain(String escaped) {
        if (escaped.indexOf('\\') < 0) {
            return escaped;
        }
        StringBuilder text = new StringBuilder(escaped.length());
        boolean after = false;
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (after) {
                text.append(c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c);
                after = false;
            } else if (c == '\\') {
                after = true;
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
