package io.drover.profiling.internal;

import io.drover.api.http.ProblemException;
import io.drover.api.http.RateClass;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.http.Schema;
import io.drover.api.profiling.Profiling;
import io.drover.api.security.Audience;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The profile over HTTP. */
final class ProfilingRoutes implements Routes {

    private static final String ROOT = "/api/v1/profiling";
    private static final long LAST_ABSENT = 300;
    private static final long LAST_MAX = 86_400;
    private static final Route.Parameter LAST =
            new Route.Parameter(
                    "last_seconds",
                    "How far it reaches back, 1 to 86400 seconds; absent: 300.",
                    Schema.whole(1, LAST_MAX));

    private final Profiling profiling;
    private final Profiler profiler;

    ProfilingRoutes(Profiling profiling, Profiler profiler) {
        this.profiling = profiling;
        this.profiler = profiler;
    }

    @Override
    public List<Route> routes() {
        Schema problem = Schema.object();
        return List.of(
                Route.get(ROOT, Audience.LOCAL, "How the profile's ring is.", this::view)
                        .answering(document()),
                Route.post(
                                ROOT,
                                Audience.LOCAL,
                                "Switches the ring on or off, or begins it anew, until the"
                                        + " configuration of profiling says something new.",
                                this::change,
                                new Route.Parameter(
                                        "set",
                                        "true, false or restart; absent: nothing changes.",
                                        Schema.words("true", "false", "restart")))
                        .answering(document()),
                Route.post(
                                ROOT + "/dump",
                                Audience.LOCAL,
                                "Writes a recording to a file on the agent's host.",
                                this::dump,
                                LAST)
                        .answering(Schema.object().with("file", Schema.text()))
                        .answering(409, "application/problem+json", problem),
                heavy(
                                "recording",
                                "A recording that JDK tools read: jfr summary FILE.",
                                this::recording)
                        .answering(200, "application/octet-stream", Schema.text())
                        .answering(409, "application/problem+json", problem),
                heavy("summary", "Hot methods and allocation as text.", this::summary)
                        .answering(200, "text/plain", Schema.text())
                        .answering(409, "application/problem+json", problem),
                heavy(
                                "flamegraph",
                                "A flame graph as one page of HTML.",
                                this::flameGraph,
                                new Route.Parameter(
                                        "of",
                                        "cpu or allocation; absent: cpu.",
                                        Schema.words("cpu", "allocation")))
                        .answering(200, "text/html", Schema.text())
                        .answering(409, "application/problem+json", problem));
    }

    private static Route heavy(
            String name,
            String summary,
            io.drover.api.http.Handler handler,
            Route.Parameter... more) {
        Route.Parameter[] parameters = new Route.Parameter[more.length + 1];
        parameters[0] = LAST;
        System.arraycopy(more, 0, parameters, 1, more.length);
        return Route.get(ROOT + "/" + name, Audience.LOCAL, summary, handler, parameters)
                .rated(RateClass.HEAVY);
    }

    private static Schema document() {
        return Schema.object()
                .with("running", Schema.bool())
                .with("since", Schema.instant().orNull())
                .with("ring_max_bytes", Schema.whole())
                .with("ring_max_age_seconds", Schema.whole())
                .with("ring_bytes", Schema.whole());
    }

    private Reply view(Request request) {
        return view(wantsText(request));
    }

    private Reply view(boolean text) {
        Profiling.View view = profiling.view();
        if (text) {
            return Reply.text(
                    view.running()
                            ? "profiling is on since "
                                    + view.since().map(String::valueOf).orElse("")
                                    + ", "
                                    + view.bytes()
                                    + " bytes in the ring of at most "
                                    + view.maxBytes()
                                    + "\n"
                            : Profiler.OFF + "\n");
        }
        return Reply.json(
                json ->
                        json.object()
                                .field("running", view.running())
                                .field("since", view.since().orElse(null))
                                .field("ring_max_bytes", view.maxBytes())
                                .field("ring_max_age_seconds", view.maxAge().toSeconds())
                                .field("ring_bytes", view.bytes())
                                .end());
    }

    private Reply change(Request request) throws ProblemException {
        if (request.query("set").isEmpty()) {
            return view(request);
        }
        String set = request.query("set").get();
        Profiling.Change change =
                switch (set) {
                    case "true" -> Profiling.Change.ON;
                    case "false" -> Profiling.Change.OFF;
                    case "restart" -> Profiling.Change.RESTART;
                    default ->
                            throw ProblemException.badRequest(
                                    "set must be true, false or restart, is " + set);
                };
        return answered(
                () -> {
                    profiling.change(change);
                    return view(wantsText(request));
                });
    }

    private Reply recording(Request request) throws ProblemException {
        Duration last = last(request);
        return answered(
                () -> {
                    Path file = profiler.recordingFile(last);
                    return new Reply(
                            200,
                            "application/octet-stream",
                            Map.of("Content-Disposition", "attachment; filename=\"drover.jfr\""),
                            out -> give(file, out));
                });
    }

    private Reply dump(Request request) throws ProblemException {
        Duration last = last(request);
        return answered(
                () -> {
                    String file = profiling.dump(last).toString();
                    return wantsText(request)
                            ? Reply.text(file + "\n")
                            : Reply.json(json -> json.object().field("file", file).end());
                });
    }

    private static void give(Path file, OutputStream out) throws IOException {
        try {
            Files.copy(file, out);
        } finally {
            Files.delete(file);
        }
    }

    private Reply summary(Request request) throws ProblemException {
        Duration last = last(request);
        return answered(() -> Reply.text(profiling.summary(last)));
    }

    private Reply flameGraph(Request request) throws ProblemException {
        Duration last = last(request);
        String word = request.query("of").orElse("cpu");
        Profiling.Of of =
                switch (word) {
                    case "cpu" -> Profiling.Of.CPU;
                    case "allocation" -> Profiling.Of.ALLOCATION;
                    default ->
                            throw ProblemException.badRequest(
                                    "of must be cpu or allocation, is " + word);
                };
        return answered(
                () -> {
                    byte[] page = profiling.flameGraph(of, last).getBytes(StandardCharsets.UTF_8);
                    return new Reply(
                            200, "text/html; charset=utf-8", Map.of(), out -> out.write(page));
                });
    }

    private static Duration last(Request request) throws ProblemException {
        return Duration.ofSeconds(request.query("last_seconds", LAST_ABSENT, 1, LAST_MAX));
    }

    private interface Answer {
        Reply make() throws IOException, InterruptedException;
    }

    private static Reply answered(Answer answer) throws ProblemException {
        try {
            return answer.make();
        } catch (IllegalStateException e) {
            throw new ProblemException(409, e.getMessage(), Map.of());
        } catch (IOException e) {
            throw ProblemException.unavailable(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ProblemException.unavailable("the agent is being stopped");
        }
    }

    private static boolean wantsText(Request request) {
        return request.header("Accept")
                .map(accept -> accept.startsWith("text/plain"))
                .orElse(false);
    }
}
