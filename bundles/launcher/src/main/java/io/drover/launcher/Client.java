package io.drover.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
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
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Asks the agent that runs in a home, with the home's own token and authority. Used by one thread.
 */
final class Client {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Says {@code fail} when the answer to what was asked is no. */
    private static final String VERDICT = "Drover-Verdict";

    // run/ports.json is written by the agent itself, one listener a line.
    private static final Pattern API =
            Pattern.compile("\"api\".*?\"port\": *(\\d+).*?\"addresses\": *\\[(.*?)]");

    private final Path home;

    Client(Path home) {
        this.home = home;
    }

    /**
     * Sends the verb and prints the answer: a text for people, JSON with {@code --json}.
     *
     * @return the exit code: 1 when the agent answers "no"
     */
    int ask(Words words, PrintStream out) throws StartException {
        HttpResponse<String> answer = send(request(Verbs.call(words)));
        out.println(answer.body().stripTrailing());
        boolean no = answer.headers().firstValue(VERDICT).orElse("").equals("fail");
        return answer.statusCode() < 300 && !no ? ExitCode.OK : ExitCode.NO;
    }

    private HttpRequest request(Call call) throws StartException {
        return HttpRequest.newBuilder(URI.create(api() + call.path()))
                .timeout(TIMEOUT)
                .header("Accept", call.accept())
                .header("Authorization", "Bearer " + token())
                .method(call.method(), HttpRequest.BodyPublishers.noBody())
                .build();
    }

    private HttpResponse<String> send(HttpRequest request) throws StartException {
        try {
            HttpClient client =
                    HttpClient.newBuilder().sslContext(trust()).connectTimeout(TIMEOUT).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new StartException(
                    ExitCode.UNAVAILABLE, "the agent in " + home + " does not answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException(ExitCode.UNAVAILABLE, "interrupted");
        }
    }

    private String api() throws StartException {
        Matcher found = API.matcher(read("run/ports.json"));
        if (!found.find()) {
            throw new StartException(
                    ExitCode.UNAVAILABLE, "the agent in " + home + " has no API listener yet");
        }
        return "https://" + host(found.group(2)) + ":" + found.group(1);
    }

    /** Loopback where the listener has it, as the certificate names it; else its first address. */
    private static String host(String addresses) {
        List<String> bound =
                Arrays.stream(addresses.split(",")).map(a -> a.strip().replace("\"", "")).toList();
        if (bound.contains("127.0.0.1") || bound.contains("0.0.0.0")) {
            return "127.0.0.1";
        }
        if (bound.contains("0:0:0:0:0:0:0:1") || bound.contains("0:0:0:0:0:0:0:0")) {
            return "[::1]";
        }
        String first = bound.get(0);
        return first.contains(":") ? "[" + first + "]" : first;
    }

    private String token() throws StartException {
        return read("secrets/local_token").strip();
    }

    private String read(String file) throws StartException {
        try {
            return Files.readString(home.resolve(file));
        } catch (IOException e) {
            throw new StartException(
                    ExitCode.UNAVAILABLE,
                    "no agent runs in "
                            + home
                            + " ("
                            + file
                            + " cannot be read: "
                            + e.getMessage()
                            + ")");
        }
    }

    private SSLContext trust() throws StartException {
        try (InputStream pem = Files.newInputStream(home.resolve("secrets").resolve("ca.pem"))) {
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
            throw new StartException(
                    ExitCode.UNAVAILABLE, "the agent's authority cannot be read: " + e);
        }
    }
}
