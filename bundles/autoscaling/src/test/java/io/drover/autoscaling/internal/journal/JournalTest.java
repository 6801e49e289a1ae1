package io.drover.autoscaling.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    private static final Limits LIMITS = new Limits(1 << 20, 1 << 18, 1024, Duration.ZERO);

    @TempDir private Path home;

    @Test
    void whatWasWrittenIsThereAfterARestartAndFollowsOn() throws IOException {
        try (Journal journal = open(LIMITS)) {
            add(journal, 1, 3);
        }

        List<Entry> found = new ArrayList<>();
        try (Journal journal = new Journal(folder(), LIMITS, found::add)) {
            add(journal, 4, 5);
            assertThat(found).extracting(Entry::message).containsExactly("no 1", "no 2", "no 3");
            assertThat(journal.verify().findings()).isEmpty();
            assertThat(journal.verify().text())
                    .startsWith("entries 1 to 5 in 1 file: the chain holds");
            assertThat(journal.find(all(10)))
                    .extracting(Entry::number)
                    .containsExactly(1L, 2L, 3L, 4L, 5L);
        }
    }

    @Test
    void textsOfEveryKindComeBackAsTheyWere() throws IOException {
        List<String> texts =
                List.of("", "a\tb", "line\nline\r\n", "back\\slash\\t", "grüße – 🚢", "\\");
        try (Journal journal = open(LIMITS)) {
            for (String text : texts) {
                journal.add(entry("web", 1, text));
            }
            durable(journal, texts.size());
            assertThat(journal.find(all(10)))
                    .extracting(Entry::message)
                    .containsExactlyElementsOf(texts);
        }
    }

    @Test
    void aLongTextIsCut() throws IOException {
        try (Journal journal = open(LIMITS)) {
            journal.add(entry("web", 1, "x".repeat(5_000)));
            durable(journal, 1);
            assertThat(journal.find(all(1)).get(0).message()).hasSize(1024).endsWith("x…");
        }
    }

    @Test
    void isFoundByObjectAndTimeTheNewestOfIt() throws IOException {
        try (Journal journal = open(LIMITS)) {
            for (int i = 1; i <= 9; i++) {
                journal.add(entry(i % 2 == 0 ? "even" : "odd", i * 1000L, "no " + i));
            }
            durable(journal, 9);

            assertThat(journal.find(new Query("shop", "odd", 3_000, 9_000, 2)))
                    .extracting(Entry::message)
                    .containsExactly("no 5", "no 7");
            assertThat(journal.find(new Query("bank", "", 0, Long.MAX_VALUE, 9))).isEmpty();
        }
    }

    @Test
    void theOldestFileGoesWhenThereIsTooMuchAndTheRestStillHolds() throws IOException {
        Limits small = new Limits(64 * 1024, 16 * 1024, 10_000, Duration.ZERO);
        try (Journal journal = open(small)) {
            add(journal, 1, 2_000);

            assertThat(journal.bytes()).isLessThanOrEqualTo(small.bytes() + small.fileBytes());
            Verification found = journal.verify();
            assertThat(found.findings()).isEmpty();
            assertThat(found.first()).isGreaterThan(1);
            assertThat(found.last()).isEqualTo(2_000);
            assertThat(found.files()).isBetween(3, 5);
        }
    }

    @Test
    void anEndThatWasCutOffAnywhereIsMendedAndNothingBeforeItIsLost() throws IOException {
        try (Journal journal = open(LIMITS)) {
            add(journal, 1, 3);
        }
        Path file = Folder.files(folder()).get(0);
        byte[] whole = Files.readAllBytes(file);
        int[] ends = lineEnds(whole);
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            int cut = length;
            long lines = Arrays.stream(ends).filter(end -> end <= cut).count();
            List<Entry> found = new ArrayList<>();

            try (Folder mended = Folder.open(folder(), LIMITS, found::add)) {
                assertThat(found).hasSize((int) Math.max(0, lines - 1));
                mended.append(List.of(entry("web", 1, "next")));
            }

            Verification after = Verification.of(folder(), Math.max(0, lines - 1) + 1);
            assertThat(after.findings()).as("cut at %d", length).isEmpty();
            for (Path each : Folder.files(folder())) {
                Files.delete(each);
            }
        }
    }

    @Test
    void whoeverChangesALineIsFoundOutNowAndAfterARestart() throws IOException {
        try (Journal journal = open(LIMITS)) {
            add(journal, 1, 5);
            Path file = Folder.files(folder()).get(0);
            String text = Files.readString(file);
            Files.writeString(file, text.replace("no 3", "no 9"));

            assertThat(journal.verify().findings())
                    .contains(file.getFileName() + ": the line behind entry 2 was altered");
            assertThat(journal.verify().text()).contains("THE CHAIN IS BROKEN");
        }
        try (Journal journal = open(LIMITS)) {
            add(journal, 3, 3);
            assertThat(journal.verify().findings())
                    .singleElement()
                    .asString()
                    .endsWith("the line behind entry 2 was altered");
        }
    }

    @Test
    void aLineThatWasTakenAwayOrAddedIsFoundOut() throws IOException {
        try (Journal journal = open(LIMITS)) {
            add(journal, 1, 5);
            Path file = Folder.files(folder()).get(0);
            List<String> lines = Files.readAllLines(file);
            List<String> fewer = new ArrayList<>(lines);
            fewer.remove(3);
            Files.write(file, fewer);
            assertThat(journal.verify().holds()).isFalse();

            Files.write(file, lines.subList(0, 5));
            assertThat(journal.verify().findings()).containsExactly("entries 5 to 5 are missing");

            Files.write(file, lines);
            assertThat(journal.verify().holds()).isTrue();
            Files.writeString(file, lines.get(5) + "\n", StandardOpenOption.APPEND);
            assertThat(journal.verify().last()).isEqualTo(5);
        }
    }

    @Test
    void whatFindsNoRoomIsDroppedAndCountedAndNobodyWaits() throws IOException {
        Files.writeString(home.resolve("state"), "a file where the folder should be");
        try (Journal journal =
                new Journal(folder(), new Limits(1 << 20, 1 << 18, 16, Duration.ZERO), e -> {})) {
            Await.until(
                    "the problem",
                    Duration.ofSeconds(5),
                    () -> !journal.problem().isEmpty(),
                    () -> "none");
            for (int i = 0; i < 20; i++) {
                journal.add(entry("web", 1, "no " + i));
            }
            assertThat(journal.dropped()).isEqualTo(4);
            assertThat(journal.waiting()).isEqualTo(16);
        }
    }

    private Path folder() {
        return home.resolve("state").resolve("autoscaling");
    }

    private Journal open(Limits limits) {
        return new Journal(folder(), limits, entry -> {});
    }

    private static void add(Journal journal, int from, int to) {
        for (int i = from; i <= to; i++) {
            assertThat(journal.add(entry("web", i, "no " + i))).isTrue();
        }
        durable(journal, to);
    }

    private static void durable(Journal journal, long number) {
        Await.until(
                "entry " + number + " is on the disk",
                Duration.ofSeconds(10),
                () -> journal.durable() >= number,
                () -> journal.durable() + " " + journal.problem());
    }

    private static Query all(int max) {
        return new Query("", "", 0, Long.MAX_VALUE, max);
    }

    static Entry entry(String name, long at, String message) {
        return new Entry(
                0,
                at,
                "scale",
                "shop",
                name,
                "apps/v1 Deployment web",
                "Autoscaling",
                2,
                4,
                4,
                message);
    }

    private static int[] lineEnds(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.chars().filter(c -> c == '\n').count() == 0
                ? new int[0]
                : java.util.stream.IntStream.range(0, bytes.length)
                        .filter(i -> bytes[i] == '\n')
                        .map(i -> i + 1)
                        .toArray();
    }
}
