package io.drover.core.internal.flare;

import io.drover.api.agent.Startup;
import io.drover.api.config.LiveConfiguration;
import io.drover.api.config.Setting;
import io.drover.api.diagnosis.Diagnosis;
import io.drover.api.flare.FlareFiles;
import io.drover.api.flare.FlareSource;
import io.drover.api.http.Endpoint;
import io.drover.api.http.Method;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.core.internal.watch.StuckThreads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** What the agent says of itself: the answers of its own routes, its self-checks, its settings. */
public final class AgentSource implements FlareSource {

    private final Routes routes;
    private final Startup startup;
    private final StuckThreads threads;
    private final Diagnosis diagnosis;
    private final Supplier<Optional<LiveConfiguration>> configuration;

    /**
     * @param routes those of core, which read alone and need no parameters
     */
    public AgentSource(
            Routes routes,
            Startup startup,
            StuckThreads threads,
            Diagnosis diagnosis,
            Supplier<Optional<LiveConfiguration>> configuration) {
        this.routes = routes;
        this.startup = startup;
        this.threads = threads;
        this.diagnosis = diagnosis;
        this.configuration = configuration;
    }

    @Override
    public String name() {
        return "agent";
    }

    @Override
    public void write(FlareFiles files) throws IOException, InterruptedException {
        for (Route route : routes.routes()) {
            if (route.endpoint() == Endpoint.API && route.method() == Method.GET) {
                String name = route.path().substring(route.path().lastIndexOf('/') + 1);
                files.text(name + ".json", answer(route));
            }
        }
        for (Startup.View view : Startup.View.values()) {
            String ending = view == Startup.View.PLOT ? ".svg" : ".txt";
            String word = view.name().toLowerCase(Locale.ROOT).replace('_', '-');
            files.text("startup-" + word + ending, startup.show(view));
        }
        files.text("stuck-threads.txt", threads.text());
        files.text("rounds.txt", threads.rounds());
        Optional<LiveConfiguration> live = configuration.get();
        if (live.isPresent()) {
            files.text("settings.txt", settings(live.get().settings()));
        }
        files.text("diagnosis.txt", diagnosis.text(diagnosis.run(List.of())));
    }

    private static String answer(Route route) throws IOException {
        try {
            Reply reply = route.handler().answer(PlainRequest.INSTANCE);
            if (reply.body() instanceof Reply.JsonDocument document) {
                return PlainJson.of(document.json()::write);
            }
            if (reply.body() instanceof Reply.TaggedDocument document) {
                return PlainJson.of(document.json()::write);
            }
            if (reply.body() instanceof Reply.KeptDocument document) {
                return PlainJson.of(document.json()::write);
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            reply.body().write(bytes);
            return bytes.toString(StandardCharsets.UTF_8);
        } catch (ProblemException e) {
            return e.getMessage();
        }
    }

    private static String settings(List<Setting> settings) {
        StringBuilder text = new StringBuilder(4096);
        for (Setting setting : settings) {
            text.append(setting.section())
                    .append('.')
                    .append(setting.key())
                    .append(": ")
                    .append(setting.value())
                    .append("  # ")
                    .append(setting.origin())
                    .append('\n');
        }
        return text.toString();
    }
}
