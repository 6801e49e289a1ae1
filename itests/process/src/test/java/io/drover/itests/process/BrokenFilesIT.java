package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import io.drover.testing.BrokenFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Files that must be refused: at a reload of a running agent, by the check before a start, and some
 * of each kind at a real start. What each finding must be is told with the file.
 */
class BrokenFilesIT {

    private static final Duration REFUSAL = Duration.ofSeconds(60);
    private static final long MEMORY_MAX_KIB = 64 * 1024;
    private static final long HUNDRED_MEGABYTES = 100_000_000;

    /** One of each kind, for real starts. */
    private static final Set<String> STARTED =
            Set.of(
                    "Latin-1",
                    "NUL in a value",
                    "cut in a quoted value",
                    "a tab as indent",
                    "two documents",
                    "a key twice",
                    "an alias bomb",
                    "a nest of a million brackets",
                    "an unknown key",
                    "a wrong type",
                    "a hundred megabytes",
                    "a folder");

    /**
     * A broken file as it lies in the folder.
     *
     * @param findings each {@code line:column} and the beginning of the rule, or the rule alone
     */
    private record Broken(String name, Placing placing, List<String> findings) {}

    private interface Placing {
        void at(Path file) throws IOException;
    }

    @Test
    void eachIsRefusedAtAReloadAndWhatHeldBeforeHolds() throws IOException {
        try (RunningDrover drover =
                RunningDrover.start("broken-files")
                        .configuration("conntrack:\n  streams_max: 7\n")
                        .environment("DROVER_HTTP_RATE_CHANGE_PER_SECOND", "1000")
                        .environment("DROVER_CONFIG_SETTLE_MS", "60000")
                        .ready()) {
            Path file = drover.home().resolve("etc/drover.yaml");
            // What is loaded and made once does not count.
            place(new Broken("a tab", text("a:\n\tb: 1\n"), List.of()), file);
            reload(drover);
            long before = peak(drover);
            List<String> wrong = new ArrayList<>();
            for (Broken broken : all()) {
                place(broken, file);

                HttpResponse<String> answer = reload(drover);

                wrong.addAll(missing(broken, answer.statusCode() + " " + sentences(answer)));
                if (answer.statusCode() != 422) {
                    wrong.add(broken.name() + " gave " + answer.statusCode());
                }
                String held =
                        EffectiveConfig.value(
                                drover.apiJson("/api/v1/config"), "conntrack", "streams_max");
                if (!held.equals("7")) {
                    wrong.add(broken.name() + " left streams_max at " + held);
                }
            }
            assertThat(wrong).isEmpty();
            assertThat(peak(drover) - before).as("KiB above the rest").isLessThan(MEMORY_MAX_KIB);

            place(new Broken("mended", text("conntrack:\n  streams_max: 9\n"), List.of()), file);
            assertThat(reload(drover).statusCode()).isEqualTo(200);
            assertThat(drover.stop()).isZero();
        }
    }

    /** By the reader of the start, without the cost of a container for each. */
    @Test
    void eachIsRefusedBeforeAStart() throws IOException {
        Path home = RunningDrover.start("broken-checked").home();
        Path file = home.resolve("etc/drover.yaml");
        List<String> wrong = new ArrayList<>();
        List<Broken> all = all();
        for (Broken broken : all) {
            place(broken, file);
            Command.Outcome outcome =
                    Command.run(
                            RunningDrover.assembly().resolve("bin/drover").toString(),
                            "config",
                            "validate",
                            "--home",
                            home.toString());
            wrong.addAll(refused(broken, outcome.exitCode(), outcome.output()));
        }
        assertThat(all).hasSizeGreaterThan(60);
        assertThat(wrong).isEmpty();
    }

    @Test
    void aStartEndsWithCode78AndTellsNothingButWhatIsWrong() throws IOException {
        List<Broken> some = new ArrayList<>(all());
        some.removeIf(broken -> !STARTED.contains(broken.name()));
        assertThat(some).hasSize(STARTED.size());
        List<String> wrong = new ArrayList<>();
        for (Broken broken : some) {
            RunningDrover.Start start = RunningDrover.start("broken-start");
            place(broken, start.home().resolve("etc/drover.yaml"));
            RunningDrover drover = start.launch();
            wrong.addAll(refused(broken, drover.exitCode(REFUSAL), drover.terminal()));
        }
        assertThat(wrong).isEmpty();
    }

    private static List<String> refused(Broken broken, int code, String terminal) {
        List<String> wrong = missing(broken, terminal);
        if (code != 78) {
            wrong.add(broken.name() + " ended with " + code);
        }
        if (terminal.contains("\tat ")) {
            wrong.add(broken.name() + " showed a stack trace:\n" + terminal);
        }
        return wrong;
    }

    /** What the findings lack, as sentences. */
    private static List<String> missing(Broken broken, String told) {
        List<String> wrong = new ArrayList<>();
        for (String finding : broken.findings()) {
            String[] parts = BrokenFile.placeAndRule(finding);
            String pattern =
                    parts[0].matches("\\d+:\\d+")
                            ? "etc/drover\\.yaml:" + parts[0] + ": .*" + Pattern.quote(parts[1])
                            : Pattern.quote(finding);
            if (!Pattern.compile(pattern).matcher(told).find()) {
                wrong.add(broken.name() + " gave no " + finding + ", but: " + beginning(told));
            }
        }
        return wrong;
    }

    private static String beginning(String text) {
        return text.substring(0, Math.min(2_000, text.length()));
    }

    private static List<Broken> all() {
        List<Broken> all = new ArrayList<>();
        for (BrokenFile file : BrokenFile.all()) {
            all.add(
                    new Broken(
                            file.name(),
                            path -> Files.write(path, file.content()),
                            file.expected()));
        }
        all.add(broken("an unknown section", "contrack:\n  a: 1\n", "1:1 is not a section"));
        all.add(broken("an unknown key", "http:\n  api_prot: 1\n", "2:3 is not a key"));
        all.add(broken("a wrong type", "conntrack:\n  streams_max: many\n", "2:16 must be"));
        all.add(broken("out of range", "http:\n  api_port: 65536\n", "2:13 must be"));
        all.add(broken("a list for a value", "http:\n  api_port: [1, 2]\n", "2:13 must be"));
        all.add(
                new Broken(
                        "a hundred megabytes",
                        BrokenFilesIT::hundredMegabytes,
                        List.of("1:1 must not be larger than")));
        all.add(new Broken("a folder", Files::createDirectory, List.of("must be a regular file")));
        return all;
    }

    private static Broken broken(String name, String yaml, String... findings) {
        return new Broken(name, text(yaml), List.of(findings));
    }

    private static Placing text(String yaml) {
        return path -> Files.writeString(path, yaml, StandardCharsets.UTF_8);
    }

    private static void hundredMegabytes(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(HUNDRED_MEGABYTES);
        }
    }

    private static void place(Broken broken, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        broken.placing().at(file);
    }

    private static HttpResponse<String> reload(RunningDrover drover) {
        return drover.api("POST", "/api/v1/reload", drover.token());
    }

    /** Its findings, each as in a terminal. */
    private static String sentences(HttpResponse<String> answer) {
        StringBuilder all = new StringBuilder();
        var document = RunningDrover.json(answer.body());
        if (document.has("findings")) {
            for (JsonElement finding : document.getAsJsonArray("findings")) {
                var parts = finding.getAsJsonObject();
                all.append(parts.get("source").getAsString())
                        .append(": ")
                        .append(parts.get("key").getAsString())
                        .append(' ')
                        .append(parts.get("rule").getAsString())
                        .append('\n');
            }
        }
        return all.toString();
    }

    /** The most memory that the process has had, in KiB: proc(5). */
    private static long peak(RunningDrover drover) throws IOException {
        Matcher matcher =
                Pattern.compile("VmHWM:\\s+(\\d+) kB")
                        .matcher(
                                Files.readString(
                                        Path.of("/proc", Long.toString(drover.pid()), "status")));
        assertThat(matcher.find()).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}
