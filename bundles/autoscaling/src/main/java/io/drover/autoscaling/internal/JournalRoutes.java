package io.drover.autoscaling.internal;

import io.drover.api.http.Json;
import io.drover.api.http.ProblemException;
import io.drover.api.http.RateClass;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Schema;
import io.drover.api.security.Audience;
import io.drover.autoscaling.internal.journal.Entry;
import io.drover.autoscaling.internal.journal.Journal;
import io.drover.autoscaling.internal.journal.Query;
import io.drover.autoscaling.internal.journal.Verification;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journal of decisions, for whoever asks what happened, and whether it was changed since. */
final class JournalRoutes {

    private static final Logger log = LoggerFactory.getLogger(JournalRoutes.class);
    private static final int LIMIT = 100;
    private static final int LIMIT_MAX = 10_000;
    private static final long SINCE_MAX = 10L * 366 * 24 * 3600;
    private static final String OBJECT = "[^/]+(/[^/]+)?";

    private static final Schema ENTRY =
            Schema.object()
                    .with("number", Schema.whole())
                    .with("at", Schema.instant())
                    .with("what", Schema.text())
                    .with("namespace", Schema.text())
                    .with("name", Schema.text())
                    .with("target", Schema.text())
                    .with("source", Schema.text())
                    .with("current", Schema.whole())
                    .with("recommended", Schema.whole())
                    .with("desired", Schema.whole())
                    .with("message", Schema.text());

    private final Journal journal;
    private final Clock clock;

    JournalRoutes(Journal journal, Clock clock) {
        this.journal = journal;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.get(
                                "/api/v1/journal",
                                Audience.LOCAL,
                                "What was decided about autoscalers by this replica, oldest first; kept over restarts.",
                                this::entries,
                                new Route.Parameter(
                                        "object",
                                        "NAMESPACE or NAMESPACE/NAME. Absent: all.",
                                        Schema.text().plus("pattern", "^" + OBJECT + "$")),
                                new Route.Parameter(
                                        "since_s",
                                        "Of the last so many seconds. Absent: all that is kept.",
                                        Schema.whole(1, SINCE_MAX)),
                                new Route.Parameter(
                                        "limit",
                                        "The newest so many. Absent: " + LIMIT + ".",
                                        Schema.whole(1, LIMIT_MAX)))
                        .rated(RateClass.HEAVY)
                        .answering(
                                Schema.object()
                                        .with("newest", Schema.whole())
                                        .with("dropped", Schema.whole())
                                        .with("entries", Schema.list(ENTRY)))
                        .answering(200, "text/plain", Schema.text()),
                Route.get(
                                "/api/v1/journal/verification",
                                Audience.LOCAL,
                                "Whether the chain of hashes over the whole journal holds.",
                                this::verification)
                        .rated(RateClass.HEAVY)
                        .answering(
                                Schema.object()
                                        .with("holds", Schema.bool())
                                        .with("files", Schema.whole())
                                        .with("first", Schema.whole())
                                        .with("last", Schema.whole())
                                        .with("hash", Schema.text())
                                        .with("findings", Schema.list(Schema.text())))
                        .answering(200, "text/plain", Schema.text()));
    }

    /** The text of some entries, one a line; the same in the console. */
    static String text(List<Entry> entries) {
        if (entries.isEmpty()) {
            return "nothing is in the journal for that\n";
        }
        StringBuilder text = new StringBuilder();
        for (Entry entry : entries) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%s  %-24s %-12s %4d -> %-4d  %s%n",
                            Instant.ofEpochMilli(entry.at()).truncatedTo(ChronoUnit.SECONDS),
                            entry.key(),
                            entry.what(),
                            entry.current(),
                            entry.desired(),
                            entry.message()));
        }
        return text.toString();
    }

    /**
     * What an object's words ask for.
     *
     * @param object {@code NAMESPACE/NAME}, {@code NAMESPACE}, or empty
     * @param sinceSeconds 0 for all
     * @throws IllegalArgumentException naming the rule and the value
     */
    static Query query(String object, long sinceSeconds, int limit, Clock clock) {
        if (!object.isEmpty() && !object.matches(OBJECT)) {
            throw new IllegalArgumentException(
                    "object must be NAMESPACE or NAMESPACE/NAME, is " + object);
        }
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException(
                    "limit must be from 1 to " + LIMIT_MAX + ", is " + limit);
        }
        String[] parts = object.split("/", -1);
        return new Query(
                parts[0],
                parts.length == 2 ? parts[1] : "",
                sinceSeconds == 0 ? 0 : clock.millis() - sinceSeconds * 1000,
                Long.MAX_VALUE,
                limit);
    }

    private Reply entries(Request request) throws ProblemException {
        long since = request.query("since_s", 0, 1, SINCE_MAX);
        int limit = (int) request.query("limit", LIMIT, 1, LIMIT_MAX);
        try {
            List<Entry> found =
                    journal.find(query(request.query("object").orElse(""), since, limit, clock));
            return wantsText(request)
                    ? Reply.text(text(found))
                    : Reply.json(json -> write(json, found));
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest(e.getMessage());
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private void write(Json json, List<Entry> found) throws IOException {
        json.object();
        json.field("newest", journal.durable());
        json.field("dropped", journal.dropped());
        json.name("entries").array();
        for (Entry entry : found) {
            json.object();
            json.field("number", entry.number());
            json.field("at", Instant.ofEpochMilli(entry.at()));
            json.field("what", entry.what());
            json.field("namespace", entry.namespace());
            json.field("name", entry.name());
            json.field("target", entry.target());
            json.field("source", entry.source());
            json.field("current", entry.current());
            json.field("recommended", entry.recommended());
            json.field("desired", entry.desired());
            json.field("message", entry.message());
            json.end();
        }
        json.end().end();
    }

    private Reply verification(Request request) throws ProblemException {
        try {
            Verification found = journal.verify();
            Reply reply =
                    wantsText(request)
                            ? Reply.text(found.text())
                            : Reply.json(json -> write(json, found));
            return reply.with("Drover-Verdict", found.holds() ? "pass" : "fail");
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static void write(Json json, Verification found) throws IOException {
        json.object();
        json.field("holds", found.holds());
        json.field("files", found.files());
        json.field("first", found.first());
        json.field("last", found.last());
        json.field("hash", found.hash());
        json.name("findings").value(found.findings());
        json.end();
    }

    private static ProblemException unreadable(IOException e) {
        log.warn("the journal cannot be read", e);
        return ProblemException.unavailable("the journal cannot be read");
    }

    private static boolean wantsText(Request request) {
        return request.header("accept")
                .map(accept -> accept.startsWith("text/plain"))
                .orElse(false);
    }
}
