package io.drover.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** A configuration file that must be refused. Immutable. */
public final class BrokenFile {

    private final String name;
    private final byte[] content;
    private final List<String> expected;

    private BrokenFile(String name, byte[] content, List<String> expected) {
        this.name = name;
        this.content = content;
        this.expected = List.copyOf(expected);
    }

    /** What is wrong with it. */
    public String name() {
        return name;
    }

    /** Its bytes. */
    public byte[] content() {
        return content.clone();
    }

    /**
     * Each finding that it gives, whatever the keys mean: {@code line:column} and the beginning of
     * the rule.
     */
    public List<String> expected() {
        return expected;
    }

    /** All of them. */
    public static List<BrokenFile> all() {
        return List.of(
                // What is not text.
                file("a UTF-8 byte order mark", "\uFEFFa:\n b: 1\n", "1:1 must not have a byte"),
                file(
                        "UTF-16 with a byte order mark",
                        "\uFEFFa: 1\n".getBytes(UTF_16LE),
                        "1:1 must be UTF-8"),
                file("UTF-16 without one", "a: 1".getBytes(UTF_16LE), "1:2 must hold printable"),
                file("NUL in a value", "a:\n  b: x\0y\n", "2:7 must hold printable"),
                file("an escape character", "a:\n  b: \u001B[31m\n", "2:6 must hold printable"),
                file("DEL", "a:\n  b: \u007F\n", "2:6 must hold printable"),
                file("Latin-1", "a:\n  b: Grün\n".getBytes(ISO_8859_1), "2:8 must be UTF-8"),
                file(
                        "a code point cut in the middle",
                        new byte[] {'a', ':', ' ', (byte) 0xE2, (byte) 0x82},
                        "1:4 must be UTF-8"),
                file(
                        "an overlong encoding",
                        new byte[] {'a', '\n', (byte) 0xC0, (byte) 0x80},
                        "2:1 must be UTF-8"),
                file(
                        "a surrogate in UTF-8",
                        new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
                        "1:1 must be UTF-8"),
                file("an ELF header", "\u007FELF\u0002\u0001", "1:1 must hold printable"),
                file("wide characters count as one", "a:\n  \"𝄞𝄞\": \0\n", "2:9 must hold"),
                // What is not YAML.
                file("cut in a quoted value", "a:\n  b: \"half", "2:11 must be YAML"),
                file("cut in a flow list", "a:\n  b: [1, 2", "2:11 must be YAML"),
                file("cut in a flow map", "a: {b: 1", "1:9 must be YAML"),
                file("cut in a key", "a:\n  b: 1\n  c", "3:4 must be YAML"),
                file("a tab as indent", "a:\n\tb: 1\n", "2:1 must be YAML"),
                file("a tab between", "a:\n  b: 1\n\tc: 2\n", "3:1 must be YAML"),
                file("a wrong indent", "a:\n    b: 1\n  c: 2\n", "3:3 must be YAML"),
                file("a reserved character", "a:\n  b: @x\n", "2:6 must be YAML"),
                file("a back tick", "a:\n  b: `x`\n", "2:6 must be YAML"),
                file("two colons", "a:\n  b: c: d\n", "2:7 must be YAML"),
                file("an unknown escape", "a:\n  b: \"\\x\"\n", "2:9 must be YAML"),
                file("an unknown directive version", "%YAML 9.9\n---\na:\n", "1:1 must be YAML"),
                file("an unclosed bracket too many", "a: ]\n", "1:4 must be YAML"),
                file("an undefined tag handle", "a:\n  b: !x!y 1\n", "2:6 must be YAML"),
                file("an anchor that is a line feed", "a:\n&\nb: 1\n", "2:2 must be YAML: unexp"),
                file("an anchor without a name", "a:\n  b: & 1\n", "2:7 must be YAML"),
                // What is YAML, and no configuration.
                file("text", "just words\n", "1:1 must be sections"),
                file("a list", "- a\n- b\n", "1:1 must be sections"),
                file("a number", "42\n", "1:1 must be sections"),
                file("an HTML page", "<html><body>404</body></html>\n", "1:1 must be sections"),
                file("two documents", "a:\n  b: 1\n---\na:\n  b: 2\n", "3:1 must be one document"),
                file("a value at the top", "a: 1\n", "1:4 is a section and must have"),
                file("a list at the top", "a: [b]\n", "1:4 is a section and must have"),
                file("a section twice", "a:\n  b: 1\na:\n  c: 2\n", "3:1 must be given once"),
                file("a key twice", "a:\n  b: 1\n  b: 1\n", "3:3 must be given once"),
                file("a key thrice", "a: {b: 1, b: 2, b: 3}", "1:11 must", "1:17 must"),
                file("keys below a key", "a:\n  b:\n    c: 1\n", "3:5 must be a value or a list"),
                file("a list of lists", "a:\n  b: [[1], 2]\n", "2:7 must be a list of single"),
                file("a list of maps", "a:\n  b:\n  - c: 1\n", "3:5 must be a list of single"),
                file("no value", "a:\n  b:\n  c: 1\n", "2:5 must have a value"),
                file("null", "a:\n  b: null\n", "2:6 must have a value"),
                file("a tilde", "a:\n  b: ~\n", "2:6 must have a value"),
                file("null in a list", "a:\n  b: [1, , 2]\n", "2:10 must be YAML"),
                file("nothing in a list", "a:\n  b:\n  -\n  - 1\n", "3:4 must have a value"),
                file("a tag of its own", "a:\n  b: !secret x\n", "2:6 must have no tag"),
                file("a Java tag", "a:\n  b: !!java.net.URL [x]\n", "2:6 must have no tag"),
                file("a tag on a section", "a: !x\n  b: 1\n", "1:4 must have no tag"),
                file("a tag on everything", "!x\na:\n  b: 1\n", "1:1 must have no tag"),
                file("a tag that does not fit", "a:\n  b: !!int x\n", "2:6 must fit its tag"),
                file("a key that is a list", "a:\n  ? [b, c]\n  : 1\n", "2:5 must have plain"),
                file("a key that is an alias", "a:\n  &x b: 1\n  *x : 2\n", "3:3 must have plain"),
                file("an alias of nothing", "a:\n  b: *nothing\n", "2:6 must refer to a value"),
                file("an alias of itself", "a:\n  b: &b [*b]\n", "2:10 must refer to a value"),
                file("an alias of a section", "a: &a\n  b: 1\nc: *a\n", "3:4 is a section and"),
                file(
                        "an alias of a list in a list",
                        "a:\n  b: &b [1]\n  c: [*b]\n",
                        "3:7 must refer"),
                file("a merge key", "a: &a\n  b: 1\nc:\n  <<: *a\n", "4:7 must refer to a value"),
                file(
                        "all mistakes at once",
                        "a:\n  b:\n  b: 1\n  c: !x 1\nd: 1\ne:\n  f: {g: 1}\n\th: 1\n",
                        "2:5 must have a value",
                        "3:3 must be given once",
                        "4:6 must have no tag",
                        "5:4 is a section",
                        "7:6 must be a value or a list",
                        "8:1 must be YAML"),
                // What is built to hurt.
                file(
                        "a nest of a million brackets",
                        "a:\n  b: " + "[".repeat(1_000_000),
                        "2:7 must be a list",
                        "2:15 must not be nested so deep"),
                file(
                        "a nest of maps",
                        "a:\n  b: " + "{x: ".repeat(200_000),
                        "2:6 must be a value",
                        "2:38 must not be nested so deep"),
                file(
                        "a nest of lists at the top",
                        "[".repeat(500_000),
                        "1:1 must be",
                        "1:9 must not"),
                file(
                        "an alias bomb",
                        bomb(),
                        "3:8 must refer to a value",
                        "3:13 must refer to a value"),
                file(
                        "an alias of a long list, often",
                        "a:\n  b: &b [" + "1,".repeat(5_000) + "1]\n" + many("  c%d: *b\n", 3_000),
                        "3:7 must not hold more than 10000 values"),
                file(
                        "very many keys",
                        "a:\n" + many("  k%d: 1\n", 50_000),
                        "5001:10 must not hold"),
                file("very many sections", many("k%d:\n", 100_000), "10001:1 must not hold"));
    }

    /** The billion laughs in the only form that comes near to fit the shape. */
    private static String bomb() {
        StringBuilder bomb = new StringBuilder("a:\n  l0: &l0 [lol]\n");
        return bomb.append("  l1: [*l0, *l0]\n").toString();
    }

    /** So many lines, each with its number for {@code %d}. */
    public static String many(String line, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(line.replace("%d", String.valueOf(i)));
        }
        return text.toString();
    }

    private static BrokenFile file(String name, String content, String... expected) {
        return file(name, content.getBytes(UTF_8), expected);
    }

    private static BrokenFile file(String name, byte[] content, String... expected) {
        return new BrokenFile(name, content, List.of(expected));
    }

    /** The place and the rule of one finding that is expected. */
    public static String[] placeAndRule(String expected) {
        return expected.split(" ", 2);
    }

    @Override
    public String toString() {
        return name;
    }
}
