package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.drover.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hundred secrets go through a running agent in every way that a secret can come; none of them
 * comes out: not in a log, an answer, a metric, a support bundle, what other bundles see, a file
 * beside the secrets' own, or a command line.
 */
class CanaryIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String CONFIG = "/api/v1/config";

    private final Random random = new Random(4711);

    /** What was planted, by the way it came. */
    private final Map<String, String> planted = new LinkedHashMap<>();

    @TempDir Path folder;

    @Test
    void noneOfTwoHundredSecretsIsFoundOutsideTheProcess() throws Exception {
        Path file = folder.resolve("key");
        Path backEnd = backEnd();
        Files.writeString(file, plant("file 0", 32));
        RunningDrover.Start start = RunningDrover.start("canaries");
        InspectingActivator.writeTo(start.home().resolve("deploy").resolve("inspector.jar"));
        start.configuration(yaml(backEnd, "file:" + file));
        try (StubIntake intake = new StubIntake();
                RunningDrover drover =
                        start.environment("DROVER_CORE_API_KEY_CHECK_URL", intake.url("/validate"))
                                .environment("DROVER_CORE_API_KEY_CHECK_INTERVAL_MS", "1000")
                                .environment("DROVER_HTTP_RATE_CHANGE_PER_SECOND", "0")
                                .environment("DROVER_HTTP_RATE_HEAVY_PER_SECOND", "0")
                                .environment("DROVER_PROFILING_UPLOAD", "true")
                                .environment("DROVER_PROFILING_UPLOAD_URL", intake.url("/v1/input"))
                                .ready()) {
            for (int i = 1; i < 40; i++) {
                Files.writeString(file, plant("file " + i, 32));
                refresh(drover);
            }
            for (int i = 0; i < 10; i++) {
                Files.writeString(file, plant("a key of the wrong form " + i, 40));
                refresh(drover);
            }
            Path config = drover.home().resolve("etc/drover.yaml");
            Files.writeString(folder.resolve("answer"), plant("back end 0", 32));
            Files.writeString(config, yaml(backEnd, "ENC[key]"));
            reload(drover);
            for (int i = 1; i < 40; i++) {
                Files.writeString(folder.resolve("answer"), plant("back end " + i, 32));
                refresh(drover);
            }
            for (int i = 0; i < 10; i++) {
                Files.writeString(config, yaml(backEnd, "[" + plant("a list " + i, 32) + "]"));
                reload(drover);
            }
            Files.writeString(config, yaml(backEnd, "ENC[key]"));
            reload(drover);
            for (int i = 0; i < 10; i++) {
                send(drover, "POST", CONFIG + "/settings/core/api_key", plant("set " + i, 32));
            }
            tokens(drover);
            assertThat(planted).hasSize(200);
            assertThat(intake.asked())
                    .as("the keys were truly in use")
                    .hasSizeGreaterThan(1)
                    .isSubsetOf(planted.values());

            Map<String, String> seen = everythingThatCanBeSeen(drover);

            List<String> found = new ArrayList<>();
            planted.forEach((way, secret) -> found.addAll(find(way, secret, seen)));
            assertThat(found).as("of " + seen.keySet()).isEmpty();
            assertThat(seen).hasSizeGreaterThan(40);
        }
    }

    private void tokens(RunningDrover drover) {
        for (int i = 0; i < 40; i++) {
            HttpResponse<String> made =
                    send(drover, "POST", "/api/v1/tokens?name=t" + i + "&scope=read&life=1h", null);
            assertThat(made.statusCode()).as(made.body()).isBetween(200, 201);
            String text = made.body();
            int at = text.indexOf("drover_") + "drover_".length();
            planted.put("token " + i, text.substring(at, at + 64));
        }
        for (int i = 0; i < 10; i++) {
            planted.put("local token " + i, drover.token());
            send(drover, "POST", "/api/v1/tokens/local/rotate?overlap=0s", null);
        }
        for (int i = 0; i < 20; i++) {
            drover.api("GET", "/api/v1/status", plant("a wrong token " + i, 64));
        }
        for (int i = 0; i < 20; i++) {
            drover.api("GET", "/api/v1/status?token=" + plant("in the query " + i, 64), null);
        }
    }

    private String plant(String way, int digits) {
        StringBuilder secret = new StringBuilder();
        while (secret.length() < digits) {
            secret.append(Integer.toHexString(random.nextInt(16)));
        }
        planted.put(way, secret.toString());
        return secret.toString();
    }

    /** As it is, in the other case, and as base64 writes it. */
    private static List<String> find(String way, String secret, Map<String, String> seen) {
        String coded =
                Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.US_ASCII));
        // The last characters depend on what follows.
        String stem = coded.substring(0, coded.length() - 4);
        List<String> found = new ArrayList<>();
        seen.forEach(
                (place, text) -> {
                    if (text.contains(secret)
                            || text.contains(secret.toUpperCase(Locale.ROOT))
                            || text.contains(stem)) {
                        found.add(way + " in " + place);
                    }
                });
        return found;
    }

    private Map<String, String> everythingThatCanBeSeen(RunningDrover drover) throws Exception {
        Map<String, String> seen = new LinkedHashMap<>();
        JsonObject paths = drover.apiJson("/api/v1/openapi.json").getAsJsonObject("paths");
        for (Map.Entry<String, JsonElement> path : paths.entrySet()) {
            JsonObject methods = path.getValue().getAsJsonObject();
            if (methods.has("get") && !path.getKey().contains("{") && !live(methods)) {
                seen.put(path.getKey(), drover.api(path.getKey()).body());
            }
        }
        seen.put("/metrics", drover.plain("metrics", "/metrics").body());
        seen.put("/ready?verbose", drover.plain("health", "/ready?verbose").body());
        for (String verb :
                List.of("config", "status", "startup", "health", "diagnose", "token", "metrics")) {
            seen.put("drover " + verb, drover.verb(verb).output());
        }
        seen.put("drover config secrets", drover.verb("config", "secrets").output());
        seen.put("what other bundles see", inspected(drover));
        seen.putAll(flare(drover));
        seen.putAll(files(drover.home()));
        for (String part : List.of("cmdline", "environ")) {
            seen.put(
                    "/proc " + part,
                    Files.readString(Path.of("/proc/" + drover.pid() + "/" + part)));
        }
        return seen;
    }

    /** A stream of events does not end. */
    private static boolean live(JsonObject methods) {
        return methods.toString().contains("text/event-stream");
    }

    private static String inspected(RunningDrover drover) throws IOException {
        Path order = Files.createFile(drover.home().resolve("inspect"));
        Await.until("the bundle has looked", SOON, () -> !Files.exists(order), drover::terminal);
        String seen = drover.read("inspected");
        assertThat(seen).contains("configuration io.drover.core", "io.drover.config");
        return seen;
    }

    private Map<String, String> flare(RunningDrover drover) throws IOException {
        Path file = folder.resolve("flare.zip");
        drover.verb("flare", "--output", file.toString()).orFail();
        Map<String, String> seen = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                seen.put(
                        "flare " + entry.getName(),
                        new String(zip.readAllBytes(), StandardCharsets.ISO_8859_1));
            }
        }
        return seen;
    }

    /** All files of the home, but those that secrets belong in and those that this test wrote. */
    private static Map<String, String> files(Path home) throws IOException {
        Map<String, String> seen = new LinkedHashMap<>();
        try (Stream<Path> all = Files.walk(home)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                String name = home.relativize(each).toString();
                if (!name.startsWith("secrets/") && !name.endsWith(".jar")) {
                    seen.put(name, Files.readString(each, StandardCharsets.ISO_8859_1));
                }
            }
        }
        return seen;
    }

    private static void refresh(RunningDrover drover) {
        HttpResponse<String> answer = send(drover, "POST", CONFIG + "/secrets/refresh", null);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static void reload(RunningDrover drover) {
        // A refusal is an answer too; what it says is looked at in the log.
        send(drover, "POST", "/api/v1/reload", null);
    }

    private static HttpResponse<String> send(
            RunningDrover drover, String method, String path, String body) {
        return drover.send(
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + drover.port("api") + path))
                        .method(
                                method,
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body))
                        .header("Authorization", "Bearer " + drover.token()));
    }

    private String yaml(Path backEnd, String key) {
        return """
                config: {secret_backend_command: %s}
                core: {api_key: "%s"}
                """
                .formatted(backEnd, key);
    }

    /** Answers each handle with what the file {@code answer} holds. */
    private Path backEnd() throws IOException {
        Path script = folder.resolve("back-end");
        Files.writeString(
                script,
                """
                #!/bin/sh
                read -r question
                printf '{"key": {"value": "%%s", "error": null}}' "$(cat %s)"
                """
                        .formatted(folder.resolve("answer")));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }
}
