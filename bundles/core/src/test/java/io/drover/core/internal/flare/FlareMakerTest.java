package io.drover.core.internal.flare;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.flare.FlareFiles;
import io.drover.api.flare.FlareSource;
import io.drover.api.flare.Flares.Contents;
import io.drover.testing.ManualClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlareMakerTest {

    private static final Bounds BOUNDS =
            new Bounds(4_000, 1_000, Duration.ofSeconds(20), Duration.ofMillis(300));

    @TempDir Path folder;
    private Contents contents;

    private interface Body {
        void write(FlareFiles files) throws IOException, InterruptedException;
    }

    @Test
    void holdsTheRedactedFilesOfEachSourceWithTheirHashes() throws Exception {
        Map<String, String> zip =
                make(
                        source("one", files -> files.text("a.txt", "password=hunter2\n")),
                        source("two", files -> files.text("b.txt", "my canary sings\n")));

        assertThat(zip)
                .containsEntry("one/a.txt", "password=[redacted: named value]\n")
                .containsEntry("two/b.txt", "my [redacted: known secret] sings\n");
        assertThat(zip.get("manifest.json"))
                .contains(
                        "\"made_at\": \"2026-01-01T00:00:00Z\"",
                        "\"kind\": \"test\"",
                        "\"path\": \"one/a.txt\"",
                        "\"sha256\": \"" + sha256(zip.get("one/a.txt")) + "\"");
        assertThat(zip.get("redactions.json"))
                .contains("\"known secret\": 1", "\"named value\": 1", "\"two/b.txt\": {");
        assertThat(zip.get("summary.txt")).startsWith("2 files, 0 KiB, 2 redactions");
        assertThat(contents.redactions()).isEqualTo(2);
        assertThat(contents.problems()).isEmpty();
    }

    @Test
    void aSourceThatBreaksCostsNoOtherAndIsNamed() throws Exception {
        Map<String, String> zip =
                make(
                        source(
                                "bad",
                                files -> {
                                    files.text("first.txt", "it was well at first");
                                    throw new IOException("token=abcdef broke");
                                }),
                        source("good", files -> files.text("b.txt", "good")));

        assertThat(zip).containsKeys("bad/first.txt", "good/b.txt");
        assertThat(contents.problems()).containsExactly("bad: token=[redacted: named value] broke");
    }

    @Test
    void aSourceThatHangsIsCutOffAndWhatItHasWrittenStays() throws Exception {
        CountDownLatch forEver = new CountDownLatch(1);

        Map<String, String> zip =
                make(
                        source(
                                "slow",
                                files -> {
                                    files.text("first.txt", "in time");
                                    forEver.await();
                                }),
                        source("good", files -> files.text("b.txt", "good")));

        assertThat(zip).containsEntry("slow/first.txt", "in time").containsKey("good/b.txt");
        assertThat(contents.problems())
                .containsExactly("slow: it did not end within 300 ms and was cut off");
    }

    @Test
    void ofALongFileTheEndIsKeptFromTheStartOfALine() throws Exception {
        Path log = folder.resolve("x.log");
        Files.writeString(log, "secret tail of a line\n".repeat(100) + "the end\n");

        Map<String, String> zip = make(source("log", files -> files.copy("x.log", log, false)));

        assertThat(zip.get("log/x.log")).startsWith("secret tail").endsWith("the end\n");
        assertThat(zip.get("log/x.log").length()).isBetween(900, 1_000);
        assertThat(contents.problems())
                .singleElement()
                .asString()
                .matches("log/x.log: its first 12\\d\\d bytes are left out");
    }

    @Test
    void theWholeIsBoundedAndSaysWhatIsMissing() throws Exception {
        Map<String, String> zip =
                make(
                        source(
                                "many",
                                files -> {
                                    for (int i = 0; i < 9; i++) {
                                        files.text(i + ".txt", "x".repeat(900));
                                    }
                                }),
                        source("last", files -> files.text("b.txt", "y".repeat(900))));

        assertThat(zip).containsKey("many/3.txt").doesNotContainKeys("many/4.txt", "last/b.txt");
        assertThat(contents.problems())
                .containsExactly(
                        "many: no room is left for 4.txt", "last: no room is left for b.txt");
    }

    @Test
    void linksAndNamesThatLeadElsewhereAreRefused() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "x");
        Path link = Files.createSymbolicLink(folder.resolve("link"), secret);

        make(
                source("link", files -> files.copy("a.txt", link, false)),
                source("name", files -> files.text("../a.txt", "x")));

        assertThat(contents.problems())
                .containsExactly(
                        "link: " + link + " is no regular file",
                        "name: not a name of a file in a support bundle: ../a.txt");
    }

    @Test
    void aBinaryFileIsStoredAsItIsAndSaidToBe() throws Exception {
        Path file = Files.writeString(folder.resolve("r.jfr"), "password=hunter2");

        Map<String, String> zip = make(source("p", files -> files.copy("r.jfr", file, true)));

        assertThat(zip.get("p/r.jfr")).isEqualTo("password=hunter2");
        assertThat(zip.get("redactions.json")).contains("\"not_redacted\": [\n    \"p/r.jfr\"");
    }

    private Map<String, String> make(FlareSource... sources) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        contents =
                new FlareMaker(
                                new Redactor(List.of("canary")),
                                BOUNDS,
                                new ManualClock(Instant.parse("2026-01-01T00:00:00Z")))
                        .write(Map.of("kind", "test"), List.of(sources), bytes);
        return unzip(bytes.toByteArray());
    }

    static Map<String, String> unzip(byte[] bytes) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }

    private static FlareSource source(String name, Body body) {
        return new FlareSource() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void write(FlareFiles files) throws IOException, InterruptedException {
                body.write(files);
            }
        };
    }

    private static String sha256(String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
