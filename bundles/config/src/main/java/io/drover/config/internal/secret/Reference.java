package io.drover.config.internal.secret;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** What a source says for a secret: the secret itself, or where it is to be had. */
public sealed interface Reference {

    /** Longest handle, and longest path, in characters. */
    int LENGTH_MAX = 1024;

    String HANDLE_BEGIN = "ENC[";
    String FILE_BEGIN = "file:";

    /** The secret itself. */
    record Literal(String value) implements Reference {
        @Override
        public String toString() {
            return "a literal";
        }
    }

    /** A name that the back end knows: {@code ENC[handle]}. */
    record Handle(String name) implements Reference {
        @Override
        public String toString() {
            return HANDLE_BEGIN + name + "]";
        }
    }

    /** A file that holds the secret and nothing else: {@code file:/run/secrets/key}. */
    record InFile(Path path) implements Reference {
        @Override
        public String toString() {
            return FILE_BEGIN + path;
        }
    }

    /** A reference that is none; the message is the rule that it breaks and shows no value. */
    final class Malformed extends Exception {

        private static final long serialVersionUID = 1L;

        Malformed(String rule) {
            super(rule, null, false, false);
        }
    }

    /** Whether the text says where the secret is to be had, rightly or not, and is not it. */
    static boolean isElsewhere(String text) {
        String bare = text.strip();
        return bare.startsWith(HANDLE_BEGIN) || bare.startsWith(FILE_BEGIN);
    }

    /** Reads what stands in a source. Blank text is no secret: ask before. */
    static Reference parse(String text) throws Malformed {
        String bare = text.strip();
        if (bare.startsWith(HANDLE_BEGIN)) {
            return handle(bare);
        }
        return bare.startsWith(FILE_BEGIN) ? file(bare) : new Literal(bare);
    }

    private static Handle handle(String bare) throws Malformed {
        if (!bare.endsWith("]")) {
            throw new Malformed("must end in ] when it begins with ENC[");
        }
        String name = bare.substring(HANDLE_BEGIN.length(), bare.length() - 1).strip();
        if (name.isEmpty() || name.length() > LENGTH_MAX || hasControls(name)) {
            throw new Malformed(
                    "must name a handle of 1 to " + LENGTH_MAX + " printable characters in ENC[…]");
        }
        return new Handle(name);
    }

    private static InFile file(String bare) throws Malformed {
        String path = bare.substring(FILE_BEGIN.length());
        // file:///run/x is the same file as file:/run/x (RFC 8089, 2).
        path = path.startsWith("///") ? path.substring(2) : path;
        String rule = "must name a file by its absolute path, as in file:/run/secrets/key";
        if (!path.startsWith("/") || path.startsWith("//") || path.length() > LENGTH_MAX) {
            throw new Malformed(rule);
        }
        try {
            return new InFile(Path.of(path));
        } catch (InvalidPathException e) {
            throw new Malformed(rule);
        }
    }

    private static boolean hasControls(String text) {
        return text.codePoints()
                .anyMatch(
                        p ->
                                Character.isISOControl(p)
                                        || Character.getType(p) == Character.SURROGATE
                                        || Character.getType(p) == Character.FORMAT);
    }
}
