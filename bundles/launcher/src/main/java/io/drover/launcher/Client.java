package io.drover.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks the agent that runs in a home, with the home's own token and authority. Used by one thread.
 */
final class Client {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** The port is of this host: whoever takes longer to take a connection hangs. */
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** For the first byte of a support bundle. */
    private static final Duration DOWNLOAD = Duration.ofSeconds(20);

    /** For the last byte; core.flare_deadline_ms is below it. */
    private static final Duration WHOLE_ANSWER = Duration.ofMinutes(2);

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
     * @throws StartException also when the agent refuses, with its reason for people
     */
    int ask(Words words, PrintStream out) throws StartException {
        Call call = Verbs.call(words);
        HttpResponse<String> answer =
                send(
                        request(call, TIMEOUT),
                        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        Optional<String> refusal = Problem.detail(answer.body());
        if (answer.statusCode() >= 300
                && refusal.isPresent()
                && call.accept().startsWith("text/")) {
            throw new StartException(ExitCode.NO, refusal.get());
        }
        out.println(answer.body().stripTrailing());
        boolean no = answer.headers().firstValue(VERDICT).orElse("").equals("fail");
        return answer.statusCode() < 300 && !no ? ExitCode.OK : ExitCode.NO;
    }

    /**
     * Sends the request and stores the answer in a file.
     *
     * @throws StartException when nobody answers, or the answer is not what was asked for
     */
    void download(Call call, Path file) throws StartException {
        HttpResponse<Path> answer =
                send(
                        request(call, DOWNLOAD),
                        head ->
                                head.statusCode() == 200
                                        ? HttpResponse.BodySubscribers.ofFile(file)
                                        : HttpResponse.BodySubscribers.replacing(file));
        if (answer.statusCode() != 200) {
            throw new StartException(
                    ExitCode.UNAVAILABLE,
                    "the agent in " + home + " answers with " + answer.statusCode());
        }
    }

    private HttpRequest request(Call call, Duration timeout) throws StartException {
        return HttpRequest.newBuilder(URI.create(api() + call.path()))
                .timeout(timeout)
                .header("Accept", call.accept())
                .header("Authorization", "Bearer " + token())
                .method(
                        call.method(),
                        call.body().isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(call.body()))
                .build();
    }

    /** Beside the server's bound for the whole answer there is one of ours, should it hang. */
    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body)
            throws StartException {
        HttpClient client =
                HttpClient.newBuilder()
                        .sslContext(new HomeTls(home.resolve("secrets")).context())
                        .connectTimeout(CONNECT)
                        .build();
        CompletableFuture<HttpResponse<T>> answer = client.sendAsync(request, body);
        try {
            return answer.get(WHOLE_ANSWER.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw silent(e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw silent("its answer did not end within " + WHOLE_ANSWER.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException(ExitCode.UNAVAILABLE, "interrupted");
        }
    }

    private StartException silent(Object why) {
        return new StartException(
                ExitCode.UNAVAILABLE, "the agent in " + home + " does not answer: " + why);
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
}
