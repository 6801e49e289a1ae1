package io.drover.profiling.internal.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testing.FixedIntake;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploaderTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir Path folder;
    private final FixedIntake intake = new FixedIntake();

    @Test
    void postsAsTheReferencesIntakeExpectsIt() throws Exception {
        uploader().next(START, START.plusSeconds(300), out -> write(out, "the recording"));

        FixedIntake.Posted post = intake.posts().get(0);
        assertThat(post.target()).hasToString("https://intake.example.org/v1/input");
        String boundary = post.type().replace("multipart/form-data; boundary=", "");
        String[] parts = post.text().split("--" + boundary, -1);
        assertThat(parts).hasSize(4);
        assertThat(parts[0]).isEmpty();
        assertThat(parts[1].split("\r\n\r\n", 2)[0].strip().split("\r\n"))
                .containsExactly(
                        "Content-Disposition: form-data; name=\"event\"; filename=\"event.json\"",
                        "Content-Type: application/json");
        assertThat(parts[1].split("\r\n\r\n", 2)[1].strip().replace('"', '\''))
                .isEqualTo(
                        String.join(
                                ",",
                                "{'attachments':['main.jfr']",
                                "'tags_profiler':'service:drover,version:1,team:a \\'b\\''",
                                "'start':'2026-01-01T00:00:00Z'",
                                "'end':'2026-01-01T00:05:00Z'",
                                "'family':'java'",
                                "'version':'4'}"));
        String head =
                String.join(
                        "\r\n",
                        "",
                        "Content-Disposition: form-data; name=\"main\"; filename=\"main.jfr\"",
                        "Content-Type: application/octet-stream",
                        "",
                        "");
        assertThat(parts[2]).startsWith(head).endsWith("\r\n");
        byte[] attached =
                parts[2].substring(head.length(), parts[2].length() - 2)
                        .getBytes(StandardCharsets.ISO_8859_1);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(attached)).readAllBytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("the recording");
        assertThat(parts[3]).isEqualTo("--\r\n");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void keepsWhatCannotBeSentAndSendsItLaterInOrder() throws Exception {
        Uploader uploader = uploader();
        intake.answers(403);
        period(uploader, 0);
        intake.fails(new IOException("intake.example.org does not answer: timed out"));
        period(uploader, 1);
        intake.hinders("the API key is invalid");
        period(uploader, 2);
        assertThat(uploader.waiting()).isEqualTo(3);
        assertThat(uploader.trouble()).contains("the API key is invalid");
        int refused = intake.posts().size();

        intake.hinders("");
        intake.answers(202);
        uploader.again();

        assertThat(uploader.waiting()).isZero();
        assertThat(uploader.sent()).isEqualTo(3);
        assertThat(uploader.trouble()).isEmpty();
        assertThat(intake.posts().stream().skip(refused).map(FixedIntake.Posted::text))
                .satisfiesExactly(
                        one -> assertThat(one).contains("\"start\":\"2026-01-01T00:00:00Z\""),
                        two -> assertThat(two).contains("\"start\":\"2026-01-01T00:05:00Z\""),
                        three -> assertThat(three).contains("\"start\":\"2026-01-01T00:10:00Z\""));
    }

    @Test
    void dropsTheOldestAboveTheBoundAndCountsIt() throws Exception {
        Uploader uploader = uploader();
        intake.hinders("the API key is invalid");

        for (int i = 0; i < 5; i++) {
            period(uploader, i);
        }

        assertThat(uploader.waiting()).isEqualTo(3);
        assertThat(uploader.dropped()).isEqualTo(2);
        intake.hinders("");
        uploader.again();
        assertThat(intake.posts().get(0).text()).contains("\"start\":\"2026-01-01T00:10:00Z\"");
    }

    @Test
    void dropsWhatTheIntakeWillNeverTake() throws Exception {
        Uploader uploader = uploader();
        intake.answers(413);

        period(uploader, 0);

        assertThat(uploader.waiting()).isZero();
        assertThat(uploader.dropped()).isEqualTo(1);
    }

    @Test
    void sendsWhatAnEarlierProcessLeft() throws Exception {
        intake.hinders("the API key is invalid");
        period(uploader(), 0);
        Files.writeString(folder.resolve("notes.txt"), "not a profile");
        intake.hinders("");

        uploader().again();

        assertThat(intake.posts()).hasSize(1);
        assertThat(folder.resolve("notes.txt")).exists();
    }

    @Test
    void sendsNothingWhereNothingWasRecorded() throws Exception {
        uploader().next(START, START.plusSeconds(1), out -> false);

        assertThat(intake.posts()).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    private Uploader uploader() {
        return new Uploader(
                new UploadSettings(
                        URI.create("https://intake.example.org/v1/input"),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(30),
                        3,
                        "drover",
                        List.of("team:a \"b\"")),
                folder,
                List.of("version:1"),
                intake.open("profile upload"));
    }

    private static void period(Uploader uploader, int number) throws InterruptedException {
        Instant start = START.plusSeconds(300L * number);
        uploader.next(start, start.plusSeconds(300), out -> write(out, "profile " + number));
    }

    private static boolean write(java.io.OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        return true;
    }
}
