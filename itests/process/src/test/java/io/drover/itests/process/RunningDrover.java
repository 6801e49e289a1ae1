package io.drover.itests.process;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.drover.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The distribution as a user starts it, with a home of its own and free ports. Stopped by SIGTERM
 * when closed.
 */
final class RunningDrover implements AutoCloseable {

    static final Duration START_DEADLINE = Duration.ofSeconds(90);
    private static final Duration REQUEST_DEADLINE = Duration.ofSeconds(20);
    private static final Path ASSEMBLY =
            Path.of(System.getProperty("drover.assembly")).toAbsolutePath().normalize();
    private static final Path HOMES =
            Path.of(System.getProperty("drover.homes")).toAbsolutePath().normalize();

    private final Process process;
    private final Path home;
    private final Path output;

    private RunningDrover(Process process, Path home, Path output) {
        this.process = process;
        this.home = home;
        this.output = output;
    }

    /** A start to be shaped before it happens. */
    static final class Start {

        private final Path home;
        private final Map<String, String> environment = new TreeMap<>();
        private final List<String> prefix = new ArrayList<>();
        private final List<String> options = new ArrayList<>();
        private Path assembly = ASSEMBLY;

        private Start(Path home) {
            this.home = home;
            for (String port :
                    new String[] {
                        "HTTP_API_PORT", "HTTP_METRICS_PORT", "HTTP_HEALTH_PORT", "GRPC_PORT"
                    }) {
                environment.put("DROVER_" + port, "0");
            }
            environment.put("KUBECONFIG", "");
        }

        /** The ports of the documents; fails if another agent of this host has them. */
        Start defaultPorts() {
            environment.keySet().removeIf(name -> name.endsWith("_PORT"));
            return this;
        }

        Path home() {
            return home;
        }

        Start environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        Start within(Namespace namespace) {
            prefix.addAll(namespace.prefix());
            return this;
        }

        /** With options behind run. */
        Start with(String... words) {
            options.addAll(List.of(words));
            return this;
        }

        /** Runs it by another program, which must become it. */
        Start by(String... words) {
            prefix.addAll(List.of(words));
            return this;
        }

        /** Starts another unpacked distribution. */
        Start of(Path otherAssembly) {
            assembly = otherAssembly;
            return this;
        }

        /** Writes etc/drover.yaml before the start. */
        Start configuration(String yaml) {
            try {
                Files.createDirectories(home.resolve("etc"));
                Files.writeString(home.resolve("etc").resolve("drover.yaml"), yaml);
                return this;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        /** Starts it and does not wait. */
        RunningDrover launch() {
            List<String> words = new ArrayList<>(prefix);
            words.addAll(
                    List.of(
                            assembly.resolve("bin/drover").toString(),
                            "run",
                            "--home",
                            home.toString()));
            words.addAll(options);
            try {
                Files.createDirectories(home);
                Path output = home.resolve("terminal.txt");
                ProcessBuilder builder =
                        new ProcessBuilder(words)
                                .redirectErrorStream(true)
                                .redirectInput(Path.of("/dev/null").toFile())
                                .redirectOutput(output.toFile());
                builder.environment().putAll(environment);
                return new RunningDrover(builder.start(), home, output);
            } catch (IOException e) {
                throw new AssertionError("cannot start " + words, e);
            }
        }

        /** Starts it and waits until it says that it is ready. */
        RunningDrover ready() {
            RunningDrover drover = launch();
            drover.awaitReady();
            return drover;
        }
    }

    /** A start in a fresh home. */
    static Start start(String homeName) {
        Path home = HOMES.resolve(homeName);
        delete(home);
        return new Start(home);
    }

    /** A start in the home of one that has ended. */
    static Start again(RunningDrover before) {
        return new Start(before.home);
    }

    /** Where the built distribution lies. */
    static Path assembly() {
        return ASSEMBLY;
    }

    void awaitReady() {
        Await.until(
                "the agent says that it is ready",
                START_DEADLINE,
                () -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("it ended with " + process.exitValue());
                    }
                    return terminal().contains(" is ready after ");
                },
                this::terminal);
    }

    Path home() {
        return home;
    }

    long pid() {
        return process.pid();
    }

    /** All that it wrote to its terminal so far. */
    String terminal() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The port of a listener, as run/ports.json tells it. */
    int port(String listener) {
        return json(read("run/ports.json")).getAsJsonObject(listener).get("port").getAsInt();
    }

    String token() {
        return read("secrets/local_token").strip();
    }

    Path authority() {
        return home.resolve("secrets").resolve("ca.pem");
    }

    /** GET on the API with the local token. */
    HttpResponse<String> api(String path) {
        return api("GET", path, token());
    }

    /** A request on the API; no Authorization header when the token is null. */
    HttpResponse<String> api(String method, String path, String token) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port("api") + path))
                        .method(method, HttpRequest.BodyPublishers.noBody());
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return send(request);
    }

    /** GET on one of the plain listeners: metrics or health. */
    HttpResponse<String> plain(String listener, String path) {
        // Before there is an authority too.
        return send(
                HttpClient.newBuilder().connectTimeout(REQUEST_DEADLINE).build(),
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(listener) + path)));
    }

    JsonObject apiJson(String path) {
        HttpResponse<String> answer = api(path);
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + " gave " + answer.statusCode() + ": " + answer.body());
        }
        return json(answer.body());
    }

    /** The state of one subsystem as /api/v1/status tells it. */
    JsonObject subsystem(String name) {
        for (var element : apiJson("/api/v1/status").getAsJsonArray("subsystems")) {
            if (element.getAsJsonObject().get("name").getAsString().equals(name)) {
                return element.getAsJsonObject();
            }
        }
        throw new AssertionError("no subsystem " + name + " in the status");
    }

    /** What one subsystem says of itself, by the client in this home, whatever TLS it speaks. */
    String subsystemOver(String name) {
        for (String line : verb("status").output().split("\n")) {
            if (line.startsWith(name + " ")) {
                return line;
            }
        }
        return "";
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return send(client(), request);
    }

    private HttpResponse<String> send(HttpClient by, HttpRequest.Builder request) {
        try {
            return by.send(
                    request.timeout(REQUEST_DEADLINE).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("the request failed; the agent's terminal:\n" + terminal(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    HttpClient client() {
        return HttpClient.newBuilder().sslContext(trust()).connectTimeout(REQUEST_DEADLINE).build();
    }

    private SSLContext trust() {
        try (InputStream pem = Files.newInputStream(authority())) {
            KeyStore authorities = KeyStore.getInstance("PKCS12");
            authorities.load(null, null);
            authorities.setCertificateEntry(
                    "drover", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(authorities);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError("cannot read the agent's authority", e);
        }
    }

    /** Runs a verb of the client in this home. */
    Command.Outcome verb(String... words) {
        List<String> all = new ArrayList<>(List.of(ASSEMBLY.resolve("bin/drover").toString()));
        all.addAll(List.of(words));
        all.addAll(List.of("--home", home.toString()));
        return Command.run(Map.of(), all);
    }

    String read(String file) {
        try {
            return Files.readString(home.resolve(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(
                    "cannot read " + file + " in the home; the agent's terminal:\n" + terminal(),
                    e);
        }
    }

    static JsonObject json(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }

    /** Sends a signal by its name without SIG. */
    void signal(String name) {
        Command.run("kill", "-" + name, Long.toString(process.pid())).orFail();
    }

    /** Sends SIGTERM and returns the exit code. */
    int stop() {
        process.destroy();
        return exitCode(Duration.ofSeconds(30));
    }

    /** Waits for its end. */
    int exitCode(Duration deadline) {
        try {
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        "it did not end within " + deadline + "; its terminal:\n" + terminal());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            stop();
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new AssertionError("cannot delete " + folder, e);
        }
    }
}
