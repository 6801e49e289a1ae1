package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/** What the agent tells a person who looks for what is wrong. */
class SelfHelpIT {

    private static RunningDrover drover;

    @BeforeAll
    static void start() {
        drover = RunningDrover.start("self-help").ready();
    }

    @AfterAll
    static void stop() {
        drover.close();
    }

    @Test
    void diagnosesItselfAndPassesWhenNothingFails() {
        assertThat(drover.verb("diagnose", "--list").orFail())
                .contains("ports ", "disk ", "memory ", "clock ", "files ", "subsystems ");

        assertThat(drover.verb("diagnose", "ports", "disk", "files").orFail())
                .contains("listener-api", "takes connections", "\n0 failed,");
    }

    @Test
    void aFailureIsExitCodeOneAndItsCommandMendsIt() throws IOException {
        Path token = drover.home().resolve("secrets/local_token");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));

        Command.Outcome failed = drover.verb("diagnose", "files", "--json");

        assertThat(failed.exitCode()).as(failed.output()).isEqualTo(1);
        JsonObject check =
                RunningDrover.json(failed.output())
                        .getAsJsonArray("suites")
                        .get(0)
                        .getAsJsonObject()
                        .getAsJsonArray("checks")
                        .get(0)
                        .getAsJsonObject();
        assertThat(check.get("verdict").getAsString()).isEqualTo("fail");
        Command.run("sh", "-c", check.get("command").getAsString()).orFail();
        assertThat(drover.verb("diagnose", "files").exitCode()).isZero();
    }

    @Test
    void aSuiteThatIsNotThereIsNamedWithThoseThatAre() {
        Command.Outcome unknown = drover.verb("diagnose", "zebra");

        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.output()).contains("there is no suite zebra; there are: subsystems,");
    }

    @Test
    void makesASupportBundleWithManifestHashesAndNoSecret(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("flare.zip");

        String said = drover.verb("flare", "--output", file.toString()).orFail();

        assertThat(said).contains(" files, ", " redactions").endsWith(file + "\n");
        Map<String, byte[]> zip = unzip(file);
        assertThat(zip)
                .containsKeys(
                        "agent/status.json",
                        "agent/startup.json",
                        "agent/settings.txt",
                        "agent/diagnosis.txt",
                        "container/threads.txt",
                        "container/components.txt",
                        "metrics/series.txt",
                        "host/process_limits.txt",
                        "home/files.txt",
                        "redactions.json");
        JsonArray manifest = RunningDrover.json(text(zip, "manifest.json")).getAsJsonArray("files");
        assertThat(manifest.size()).isEqualTo(zip.size() - 3);
        for (JsonElement entry : manifest) {
            byte[] content = zip.get(entry.getAsJsonObject().get("path").getAsString());
            assertThat(entry.getAsJsonObject().get("sha256").getAsString())
                    .isEqualTo(
                            HexFormat.of()
                                    .formatHex(
                                            MessageDigest.getInstance("SHA-256").digest(content)));
        }
        String key = drover.read("secrets/ca.key").lines().skip(1).findFirst().orElseThrow();
        for (String name : zip.keySet()) {
            assertThat(text(zip, name)).as(name).doesNotContain(drover.token(), key);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void ofAnAgentThatHangsItMakesAReducedOneFromOutside(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("flare.zip");
        drover.signal("STOP");
        Command.Outcome outcome;
        try {
            outcome = drover.verb("flare", "--output", file.toString());
        } finally {
            drover.signal("CONT");
        }

        assertThat(outcome.exitCode()).as(outcome.output()).isEqualTo(1);
        assertThat(outcome.output()).contains("a reduced one, without the agent");
        Map<String, byte[]> zip = unzip(file);
        assertThat(zip).containsKeys("home/files.txt", "host/process_status.txt");
        assertThat(text(zip, "host/process_status.txt")).contains("State:\tT (stopped)");
        assertThat(text(zip, "manifest.json")).contains("does not answer");
        assertThat(drover.api("/api/v1/version").statusCode()).isEqualTo(200);
    }

    @Test
    void saysWhatTookHowLongAndWhichStepsDecidedTheStart() {
        assertThat(drover.verb("startup", "--blame").orFail())
                .startsWith("The start took ")
                .containsPattern("\\d\\.\\d{3}s +\\d\\.\\d{3}s  security/certificates");

        String chain = drover.verb("startup", "--critical-chain").orFail();
        assertThat(chain)
                .containsPattern("ready @\\d+\\.\\d{3}s\n└─\\S+/\\S+ @")
                .contains("config/configuration @", "container @", "JVM +");

        JsonObject startup = RunningDrover.json(drover.verb("startup", "--json").orFail());
        JsonArray steps = startup.getAsJsonArray("critical_chain");
        assertThat(steps).isNotEmpty();
        double last = startup.get("ready_after_seconds").getAsDouble();
        for (JsonElement step : steps) {
            double after = step.getAsJsonObject().get("after").getAsDouble();
            assertThat(after).as(steps.toString()).isLessThanOrEqualTo(last);
            last = after;
        }
    }

    @Test
    void drawsTheStartAsOneDocument() throws Exception {
        String svg = drover.verb("startup", "--plot").orFail();

        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg)));
        assertThat(svg)
                .startsWith("<svg ")
                .contains("http/listener-api", "conntrack/netlink", ">ready</text>");
    }

    @Test
    void listsItsLoopsUnderLivenessAndItsStepsUnderReadiness() {
        assertThat(drover.plain("health", "/live?verbose").body())
                .contains("drover-core ")
                .endsWith("ok\n");
        assertThat(drover.plain("health", "/ready?verbose").body())
                .containsPattern("active http/listener-api\n")
                .containsPattern("waiting kubernetes/client: .* \\(since 20")
                .endsWith("ok\n");
    }

    private static Map<String, byte[]> unzip(Path file) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        }
        return files;
    }

    private static String text(Map<String, byte[]> zip, String name) {
        return new String(zip.get(name), StandardCharsets.UTF_8);
    }
}
