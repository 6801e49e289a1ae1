package io.drover.itests.process;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A real API server of the test's own, from itests/control-plane. */
final class ControlPlane implements AutoCloseable {

    private static final Duration REQUEST_DEADLINE = Duration.ofSeconds(20);
    private static final Pattern NAME =
            Pattern.compile("metadata: *\\{name: ([^,}]+)|^ {2}name: (\\S+)", Pattern.MULTILINE);
    private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/";
    private static final String CRD = "datadogpodautoscalers.datadoghq.com";

    private final Path scripts;
    private final Path folder;
    private final String endpoint;
    private final HttpClient client;
    private final Path programs;

    private ControlPlane(Path scripts, Path folder, Path programs)
            throws IOException, GeneralSecurityException {
        this.scripts = scripts;
        this.folder = folder;
        this.programs = programs;
        this.endpoint = Files.readString(folder.resolve("endpoint")).strip();
        this.client = HttpClient.newBuilder().sslContext(trust(folder.resolve("ca.crt"))).build();
    }

    private static final String AUDIT =
            """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived, ResponseStarted]
            rules:
            - level: RequestResponse
              verbs: [create, update, patch, delete]
              resources:
              - {group: apps, resources: ["deployments/scale"]}
              - {group: coordination.k8s.io, resources: [leases]}
            - level: None
            """;

    /** Who asked for what, without the bodies. */
    private static final String REQUESTS =
            """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            rules:
            - level: Metadata
              userGroups: ["system:serviceaccounts"]
            - level: None
            """;

    static ControlPlane start() {
        return start("");
    }

    /** With a log of each write of a scale and of a Lease. */
    static ControlPlane audited() {
        return start(AUDIT);
    }

    /** With a log of each request of a service account: a watch is in it as soon as it is open. */
    static ControlPlane loggingAccounts() {
        return start(REQUESTS);
    }

    private static ControlPlane start(String policy) {
        Needs.program("curl", "curl");
        Needs.program("openssl", "openssl");
        Path scripts =
                Path.of(System.getProperty("drover.itests"))
                        .resolve("control-plane")
                        .toAbsolutePath()
                        .normalize();
        Path folder =
                Path.of(System.getProperty("drover.homes"))
                        .toAbsolutePath()
                        .resolve("control-plane");
        String[] built =
                Command.run(scripts.resolve("build.sh").toString()).orFail().strip().split("\n");
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("audit.yaml"), policy);
            String flags =
                    "--audit-policy-file audit.yaml --audit-log-path log/audit.log --audit-log-mode blocking";
            Command.run(
                            policy.isEmpty() ? Map.of() : Map.of("APISERVER_FLAGS", flags),
                            List.of(
                                    scripts.resolve("up.sh").toString(),
                                    "--fresh",
                                    folder.toString()))
                    .orFail();
            return new ControlPlane(scripts, folder, Path.of(built[built.length - 1]));
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError("the API server is up but its files are not right", e);
        }
    }

    /**
     * Starts a kube-controller-manager of this API server's, built if it is not there yet: minutes.
     *
     * @param flags which of its controllers run, and how
     */
    Process controllerManager(String... flags) throws IOException {
        Command.run(scripts.resolve("build.sh").toString(), "--manager").orFail();
        List<String> command =
                new ArrayList<>(
                        List.of(
                                programs.resolve("kube-controller-manager").toString(),
                                "--kubeconfig=" + kubeconfig(),
                                "--leader-elect=false",
                                "--secure-port=0"));
        command.addAll(List.of(flags));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(log("kube-controller-manager").toFile())
                .start();
    }

    /** What a program says. */
    Path log(String program) {
        return folder.resolve("log").resolve(program + ".log");
    }

    /** Each request that is logged, a line of JSON, in the order of their end. */
    List<JsonObject> audit() {
        try {
            String log = Files.readString(folder.resolve("log/audit.log"));
            String whole = log.substring(0, log.lastIndexOf('\n') + 1); // one may be half there
            return whole.lines()
                    .map(line -> JsonParser.parseString(line).getAsJsonObject())
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    Path kubeconfig() {
        return folder.resolve("kubeconfig");
    }

    /** A kubeconfig of a service account's own, written into a folder. */
    Path kubeconfig(Path into, String namespace, String account) throws IOException {
        String token =
                kubectl("create", "token", account, "--namespace", namespace, "--duration=2h");
        Path file = into.resolve(account + ".kubeconfig");
        Files.createDirectories(into);
        Files.writeString(
                file,
                """
                apiVersion: v1
                kind: Config
                clusters: [{name: test, cluster: {server: "%s", certificate-authority: "%s"}}]
                users: [{name: account, user: {token: "%s"}}]
                contexts: [{name: test, context: {cluster: test, user: account, namespace: %s}}]
                current-context: test
                """
                        .formatted(endpoint, folder.resolve("ca.crt"), token.strip(), namespace));
        return file;
    }

    /** What the real kubectl prints to these words, as a user types them. */
    String kubectl(String... words) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                programs.resolve("kubectl").toString(),
                                "--kubeconfig",
                                kubeconfig().toString()));
        command.addAll(List.of(words));
        return Command.run(command.toArray(String[]::new)).orFail();
    }

    /** Kills the API server as a crash would; its data stay. */
    void kill() throws IOException {
        ProcessHandle.of(Long.parseLong(pid())).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Stops the API server in the midst of its work: it takes connections and never answers. */
    void hang() throws IOException {
        Command.run("kill", "-STOP", pid()).orFail();
    }

    /** Lets it go on, if it is there. */
    void goOn() throws IOException {
        Command.run("kill", "-CONT", pid());
    }

    private String pid() throws IOException {
        return Files.readString(folder.resolve("pid").resolve("kube-apiserver")).strip();
    }

    /** Starts it again on the same port and data. */
    void revive() {
        Command.run(scripts.resolve("up.sh").toString(), folder.toString()).orFail();
    }

    /** What {@code kubectl apply --server-side} does with one document. */
    void apply(String yaml) {
        boolean definition = yaml.contains("kind: CustomResourceDefinition");
        Matcher name = NAME.matcher(yaml);
        if (!definition && !name.find()) {
            throw new AssertionError("no name in " + yaml);
        }
        String path =
                definition
                        ? CRDS + CRD
                        : "/apis/datadoghq.com/v1alpha2/namespaces/default/datadogpodautoscalers/"
                                + name.group(1);
        apply(path, yaml);
        if (definition) {
            awaitEstablished();
        }
    }

    /** Applies a document, server-side, at a path of the API. */
    void apply(String path, String yaml) {
        HttpResponse<String> answer =
                send(
                        request(path + "?fieldManager=itest&force=true")
                                .header("Content-Type", "application/apply-patch+yaml")
                                .method("PATCH", HttpRequest.BodyPublishers.ofString(yaml)));
        if (answer.statusCode() >= 300) {
            throw new AssertionError(
                    "apply to " + path + " gave " + answer.statusCode() + ": " + answer.body());
        }
    }

    private void awaitEstablished() {
        io.drover.testing.Await.until(
                "the CRD is served",
                Duration.ofSeconds(20),
                () -> !get("/apis/datadoghq.com/v1alpha2/datadogpodautoscalers").has("code"),
                () -> get(CRDS + CRD).toString());
    }

    /** Deletes what is at a path. */
    void delete(String path) {
        HttpResponse<String> answer = send(request(path).DELETE());
        if (answer.statusCode() >= 300) {
            throw new AssertionError(
                    "delete of " + path + " gave " + answer.statusCode() + ": " + answer.body());
        }
    }

    void deleteCrdIfThere() {
        send(request(CRDS + CRD).DELETE());
        io.drover.testing.Await.until(
                "the CRD is gone",
                Duration.ofSeconds(20),
                () -> get(CRDS + CRD).has("code"),
                () -> get(CRDS + CRD).toString());
    }

    /** The document at a path; a Status with a code when it is not there. */
    JsonObject get(String path) {
        return JsonParser.parseString(send(request(path).GET()).body()).getAsJsonObject();
    }

    /** The events that regard the object of this name. */
    List<JsonObject> events(String name) {
        List<JsonObject> events = new ArrayList<>();
        for (JsonElement element :
                get("/api/v1/namespaces/default/events").getAsJsonArray("items")) {
            JsonObject event = element.getAsJsonObject();
            if (event.getAsJsonObject("involvedObject").get("name").getAsString().equals(name)) {
                events.add(event);
            }
        }
        return events;
    }

    /** Who holds the controller's lease; empty when nobody does. */
    String leaseHolder() {
        for (JsonElement element :
                get("/apis/coordination.k8s.io/v1/leases").getAsJsonArray("items")) {
            JsonObject lease = element.getAsJsonObject();
            if (lease.getAsJsonObject("metadata").get("name").getAsString().startsWith("drover")) {
                JsonElement holder = lease.getAsJsonObject("spec").get("holderIdentity");
                return holder == null || holder.isJsonNull() ? "" : holder.getAsString();
            }
        }
        return "";
    }

    private HttpRequest.Builder request(String path) {
        try {
            return HttpRequest.newBuilder(URI.create(endpoint + path))
                    .timeout(REQUEST_DEADLINE)
                    .header(
                            "Authorization",
                            "Bearer " + Files.readString(folder.resolve("token")).strip());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("the API server does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static SSLContext trust(Path authority) throws IOException, GeneralSecurityException {
        try (InputStream pem = Files.newInputStream(authority)) {
            KeyStore authorities = KeyStore.getInstance("PKCS12");
            authorities.load(null, null);
            authorities.setCertificateEntry(
                    "cluster", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(authorities);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        }
    }

    @Override
    public void close() {
        Command.run(scripts.resolve("down.sh").toString(), folder.toString(), "--purge").orFail();
    }
}
