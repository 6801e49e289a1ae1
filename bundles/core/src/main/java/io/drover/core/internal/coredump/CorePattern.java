package io.drover.core.internal.coredump;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What {@code /proc/sys/kernel/core_pattern} says, as in man 5 core and the kernel's fs/coredump.c.
 * Immutable.
 *
 * @param kind where the kernel takes the core
 * @param text without the sign of its kind
 */
record CorePattern(Kind kind, String text) {

    /** Where the kernel takes the core. */
    enum Kind {
        /** Into a file. */
        FILE,
        /** To the standard input of a program that it starts ({@code |}). */
        PROGRAM,
        /** Into a unix socket ({@code @}, Linux 6.16 and later). */
        SOCKET,
        /** Nowhere: an empty pattern without the pid. */
        NONE
    }

    /** What stands for a part of a name that is known only when the process crashes. */
    private static final String UNKNOWN = "\u0000";

    /**
     * Reads the file's content.
     *
     * @param usesPid whether {@code kernel.core_uses_pid} is set: then {@code .%p} is added to a
     *     file's name that has no {@code %p}
     */
    static CorePattern parse(String content, boolean usesPid) {
        String pattern = content.strip();
        if (pattern.startsWith("|")) {
            return new CorePattern(Kind.PROGRAM, pattern.substring(1).strip());
        }
        if (pattern.startsWith("@")) {
            return new CorePattern(Kind.SOCKET, pattern.replaceFirst("^@+", ""));
        }
        String withPid = usesPid && !pattern.contains("%p") ? pattern + ".%p" : pattern;
        return withPid.isEmpty()
                ? new CorePattern(Kind.NONE, "")
                : new CorePattern(Kind.FILE, withPid);
    }

    /** The program of {@link Kind#PROGRAM}, without its words. */
    Path program() {
        return Path.of(text.split(" ", 2)[0]);
    }

    /**
     * The folder that a file goes to; empty when its name is known only at the crash.
     *
     * @param workingDirectory of the process: a relative pattern starts there
     */
    Optional<Path> folder(Path workingDirectory, Crasher crasher) {
        int end = text.lastIndexOf('/');
        if (end < 0) {
            return Optional.of(workingDirectory);
        }
        String folder = expand(text.substring(0, end + 1), crasher);
        return folder.contains(UNKNOWN)
                ? Optional.empty()
                : Optional.of(workingDirectory.resolve(folder).normalize());
    }

    /** The file's name if nothing in it is open until the crash. */
    Optional<String> name(Crasher crasher) {
        String name = expand(lastSegment(), crasher);
        return name.contains(UNKNOWN) ? Optional.empty() : Optional.of(name);
    }

    /** The file's name for people; a {@code *} for what is open until the crash. */
    String shownName(Crasher crasher) {
        return expand(lastSegment(), crasher).replace(UNKNOWN, "*");
    }

    /** What the file of any process that follows this pattern is called. */
    Pattern names() {
        String template = lastSegment();
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < template.length(); i++) {
            char c = template.charAt(i);
            if (c != '%') {
                regex.append(Pattern.quote(String.valueOf(c)));
            } else if (i + 1 < template.length()) {
                regex.append(anyMeaning(template.charAt(++i)));
            }
        }
        return Pattern.compile(regex.toString());
    }

    private static String anyMeaning(char specifier) {
        return switch (specifier) {
            case '%' -> "%";
            case 'p', 'P', 'i', 'I', 'u', 'g', 's', 't', 'd', 'c', 'C', 'F' -> "\\d+";
            case 'h', 'e', 'f', 'E' -> ".+";
            default -> "";
        };
    }

    private String lastSegment() {
        return text.substring(text.lastIndexOf('/') + 1);
    }

    private static String expand(String template, Crasher crasher) {
        StringBuilder expanded = new StringBuilder();
        for (int i = 0; i < template.length(); i++) {
            char c = template.charAt(i);
            if (c != '%') {
                expanded.append(c);
            } else if (i + 1 < template.length()) {
                expanded.append(meaning(template.charAt(++i), crasher));
            }
            // A single % at the end is dropped by the kernel too.
        }
        return expanded.toString();
    }

    private static String meaning(char specifier, Crasher crasher) {
        return switch (specifier) {
            case '%' -> "%";
            case 'p' -> number(crasher.pid());
            case 'u' -> number(crasher.uid());
            case 'g' -> number(crasher.gid());
            case 'h' -> crasher.host().isEmpty() ? UNKNOWN : crasher.host();
            case 's', 't', 'i', 'I', 'P', 'e', 'f', 'E', 'c', 'd', 'C', 'F' -> UNKNOWN;
            // Others are dropped.
            default -> "";
        };
    }

    private static String number(long value) {
        return value < 0 ? UNKNOWN : Long.toString(value);
    }

    /**
     * What is known of the process before it crashes; -1 and empty for what is not. The thread that
     * will crash, and so {@code %e}, never is.
     */
    record Crasher(long pid, long uid, long gid, String host) {
        static final Crasher UNKNOWN = new Crasher(-1, -1, -1, "");
    }
}
