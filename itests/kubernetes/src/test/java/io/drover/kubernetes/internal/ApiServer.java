package io.drover.kubernetes.internal;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.drover.testing.FaultProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A real API server of the test's own, with an audit log, from itests/control-plane. */
final class ApiServer implements AutoCloseable {

    private static final String POLICY =
            """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived, ResponseStarted]
            rules:
            - level: RequestResponse
              verbs: [create, update, patch, delete]
              namespaces: [failover]
            - level: Metadata
            """;

    private final Path scripts;
    private final Path folder;
    private final SSLContext tls;
    private final HttpClient client;

    private ApiServer(Path scripts, Path folder) throws IOException, GeneralSecurityException {
        this.scripts = scripts;
        this.folder = folder;
        this.tls = trust(folder.resolve("ca.crt"));
        this.client = HttpClient.newBuilder().sslContext(tls).build();
    }

    static ApiServer start(String name) {
        Path scripts =
                Path.of(System.getProperty("drover.itests"))
                        .resolve("control-plane")
                        .toAbsolutePath()
                        .normalize();
        Path folder = Path.of(System.getProperty("drover.homes")).toAbsolutePath().resolve(name);
        try {
            run(folder, scripts.resolve("build.sh").toString());
            Files.createDirectories(folder);
            forget(folder);
            Files.writeString(folder.resolve("audit.yaml"), POLICY);
            run(folder, scripts.resolve("up.sh").toString(), "--fresh", folder.toString());
            return new ApiServer(scripts, folder);
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError("the API server does not start", e);
        }
    }

    Path folder() {
        return folder;
    }

    Path auditLog() {
        return folder.resolve("log/audit.log");
    }

    /** Something to stand between a client and this server. */
    FaultProxy proxy() throws IOException {
        URI endpoint = URI.create(endpoint());
        return new FaultProxy(
                tls.getSocketFactory(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.getPort()));
    }

    /** A kubeconfig of the administrator's through a proxy. */
    Path kubeconfig(FaultProxy proxy, String name) throws IOException {
        String text =
                """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: u, user: {token: %s}}]
                contexts: [{name: c, context: {cluster: c, user: u, namespace: failover}}]
                current-context: c
                """
                        .formatted(proxy.port(), token());
        return Files.writeString(folder.resolve(name + ".kubeconfig"), text);
    }

    /** Kills the API server as a crash would, and starts it again on the same port and data. */
    void restart() throws IOException {
        kill();
        revive();
    }

    /** Kills the API server as a crash would; its data stay. */
    void kill() throws IOException {
        String pid = Files.readString(folder.resolve("pid/kube-apiserver")).strip();
        ProcessHandle.of(Long.parseLong(pid))
                .ifPresent(
                        process -> {
                            process.destroyForcibly();
                            process.onExit().join();
                        });
    }

    /** Starts it again on the same port and data. */
    void revive() {
        run(folder, scripts.resolve("up.sh").toString(), folder.toString());
    }

    /** The answer to a request, whatever its status. */
    JsonObject send(String method, String path, String contentType, String body) {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(endpoint() + path))
                            .timeout(Duration.ofSeconds(20))
                            .header("Authorization", "Bearer " + token())
                            .header("Content-Type", contentType)
                            .header("User-Agent", "test")
                            .method(
                                    method,
                                    body.isEmpty()
                                            ? HttpRequest.BodyPublishers.noBody()
                                            : HttpRequest.BodyPublishers.ofString(body))
                            .build();
            String answer = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return JsonParser.parseString(answer).getAsJsonObject();
        } catch (IOException e) {
            throw new AssertionError(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(method + " " + path, e);
        }
    }

    /** What kubectl prints, as the administrator. */
    String kubectl(String... words) throws IOException, InterruptedException {
        Path log = folder.resolve("kubectl.log");
        List<String> command = new ArrayList<>();
        command.add("bash");
        command.add("-c");
        // The scripts know where their programs are.
        command.add(". \"$0\"/common.sh && exec \"$BIN/kubectl\" --kubeconfig \"$1\" \"${@:2}\"");
        command.add(scripts.toString());
        command.add(folder.resolve("kubeconfig").toString());
        command.addAll(List.of(words));
        int code =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start()
                        .waitFor();
        String said = Files.readString(log);
        if (code != 0) {
            throw new AssertionError("kubectl gave " + code + ": " + said);
        }
        return said;
    }

    JsonObject create(String path, String body) {
        return send("POST", path, "application/json", body);
    }

    @Override
    public void close() {
        run(folder, scripts.resolve("down.sh").toString(), folder.toString(), "--purge");
    }

    private String endpoint() throws IOException {
        return Files.readString(folder.resolve("endpoint")).strip();
    }

    private String token() throws IOException {
        return Files.readString(folder.resolve("token")).strip();
    }

    private static void run(Path folder, String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment()
                    .put(
                            "APISERVER_FLAGS",
                            "--audit-policy-file audit.yaml --audit-log-path log/audit.log"
                                    + " --audit-log-maxsize 4000 --audit-log-mode blocking");
            Files.createDirectories(folder);
            Path log = folder.resolve("scripts.log");
            int code =
                    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start()
                            .waitFor();
            if (code != 0) {
                throw new AssertionError(
                        String.join(" ", command)
                                + " gave "
                                + code
                                + ":\n"
                                + Files.readString(log));
            }
        } catch (IOException e) {
            throw new AssertionError(String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(String.join(" ", command), e);
        }
    }

    /** What an earlier run noted there. */
    private static void forget(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".journal")).toList()) {
                Files.delete(file);
            }
        }
    }

    private static SSLContext trust(Path authority) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var in = Files.newInputStream(authority)) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
