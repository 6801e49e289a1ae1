package io.drover.config.internal.read;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.ThreadMXBean;
import io.drover.api.config.Finding;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BrokenFilesTest {

    private static final ReadLimits LIMITS = new ReadLimits(1 << 20, 64, 10_000);
    private static final long MEMORY_MAX = 64 << 20;

    @TempDir Path etc;

    static Stream<Arguments> files() {
        return Stream.of(
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

    private static String many(String line, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(line.replace("%d", String.valueOf(i)));
        }
        return text.toString();
    }

    private static Arguments file(String name, String content, String... expected) {
        return file(name, content.getBytes(UTF_8), expected);
    }

    private static Arguments file(String name, byte[] content, String... expected) {
        return arguments(name, content, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void isRefusedWithItsPlaceAndRuleInLittleMemory(String name, byte[] content, String[] expected)
            throws IOException {
        Files.write(etc.resolve("drover.yaml"), content);
        long before = allocated();

        Sources sources = reader().read(LIMITS);

        assertThat(allocated() - before).isLessThan(MEMORY_MAX);
        assertThat(sources.findings()).extracting(Finding::source).allMatch(s -> !s.isEmpty());
        for (int i = 0; i < expected.length; i++) {
            String[] parts = expected[i].split(" ", 2);
            assertThat(sources.findings()).as(name).hasSizeGreaterThan(i);
            Finding finding = sources.findings().get(i);
            assertThat(finding.source())
                    .as(finding.sentence())
                    .isEqualTo("etc/drover.yaml:" + parts[0]);
            assertThat(finding.rule()).startsWith(parts[1]);
        }
        assertThat(sources.findings()).hasSize(expected.length);
    }

    @Test
    void aHugeFileIsRefusedByItsSizeWithoutBeingRead() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(etc.resolve("drover.yaml").toFile(), "rw")) {
            file.setLength(100L << 20);
        }
        long before = allocated();

        Sources sources = reader().read(LIMITS);

        assertThat(allocated() - before).isLessThan(8 << 20);
        assertThat(sources.findings())
                .extracting(Finding::sentence)
                .containsExactly(
                        "etc/drover.yaml:1:1: must not be larger than 1048576 bytes"
                                + " (config.file_bytes_max), is 104857600 bytes");
    }

    @Test
    void aFileOfNothingButMistakesGivesABoundedReport() throws IOException {
        Files.writeString(etc.resolve("drover.yaml"), many("k%d: 1\n", 4_000));

        Sources sources = reader().read(LIMITS);

        assertThat(sources.findings()).hasSize(Findings.MAX + 1);
        assertThat(sources.findings().get(Findings.MAX).sentence())
                .isEqualTo("and 3900 more findings");
    }

    @Test
    void aFolderInPlaceOfTheFileIsRefused() throws IOException {
        Files.createDirectory(etc.resolve("drover.yaml"));

        assertThat(reader().read(LIMITS).findings())
                .extracting(Finding::sentence)
                .containsExactly("etc/drover.yaml: must be a regular file");
    }

    @Test
    void aLinkThatLeadsNowhereIsNotTakenForAnAbsentFile() throws IOException {
        Files.createSymbolicLink(etc.resolve("drover.yaml"), Path.of("gone.yaml"));

        assertThat(reader().read(LIMITS).findings())
                .extracting(Finding::sentence)
                .containsExactly("etc/drover.yaml: must be a regular file");
    }

    @Test
    void aPipeDoesNotBlockTheReading() throws IOException, InterruptedException {
        Files.createDirectory(etc.resolve("conf.d"));
        Path pipe = etc.resolve("conf.d/pipe.yaml");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

        assertThat(reader().read(LIMITS).findings())
                .extracting(Finding::sentence)
                .containsExactly("etc/conf.d/pipe.yaml: must be a regular file");
    }

    @Test
    void moreFilesThanAllowedAreRefused() throws IOException {
        Files.createDirectory(etc.resolve("conf.d"));
        for (int i = 0; i < 5; i++) {
            Files.writeString(etc.resolve("conf.d/" + i + ".yaml"), "a:\n  b: 1\n");
        }

        Sources sources = reader().read(new ReadLimits(1000, 3, 100));

        assertThat(sources.findings())
                .extracting(Finding::sentence)
                .containsExactly("etc/conf.d: must not hold more than 3 files, is 5");
        assertThat(sources.files()).hasSize(3);
    }

    private SourceReader reader() {
        return new SourceReader(new SourceFolder(etc), Map.of());
    }

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
