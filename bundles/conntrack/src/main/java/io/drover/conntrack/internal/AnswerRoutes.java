package io.drover.conntrack.internal;

import io.drover.api.conntrack.Resolution;
import io.drover.api.conntrack.Talkers;
import io.drover.api.conntrack.Translations;
import io.drover.api.conntrack.Tuple;
import io.drover.api.http.Json;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Reply;
import io.drover.api.http.Request;
import io.drover.api.http.Route;
import io.drover.api.http.Schema;
import io.drover.api.security.Audience;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Two questions over HTTP: what became of a tuple, and who talks most. */
final class AnswerRoutes {

    /** Tells the command line that the answer is no. */
    private static final String VERDICT = "Drover-Verdict";

    private static final int TOP_DEFAULT = 10;
    private static final int TOP_MAX = 1000;

    private final Translations translations;
    private final Talkers talkers;
    private final ConnectionJson writer;

    AnswerRoutes(Translations translations, Talkers talkers, ConnectionJson writer) {
        this.translations = translations;
        this.talkers = talkers;
        this.writer = writer;
    }

    List<Route> routes() {
        return List.of(
                Route.get(
                                "/api/v1/conntrack/resolve",
                                Audience.LOCAL,
                                "What the kernel's NAT does to packets of a tuple, seen from either side.",
                                this::resolve,
                                parameters())
                        .answering(
                                Schema.object()
                                        .with(
                                                "answer",
                                                Schema.words(
                                                        "translated", "untranslated", "unknown"))
                                        .maybe("translation", ConnectionJson.TUPLE)
                                        .maybe("connection", ConnectionJson.CONNECTION)
                                        .maybe("age", Schema.seconds())
                                        .maybe("certainty", Schema.words("followed", "read"))
                                        .maybe("reason", Schema.text())),
                Route.get(
                                "/api/v1/conntrack/top",
                                Audience.LOCAL,
                                "Who opens the most connections or moves the most bytes, with the error of each figure.",
                                this::top,
                                new Route.Parameter(
                                        "by",
                                        "source, destination or pair; absent: pair",
                                        Schema.words(Words.of(Talkers.Kind.class))),
                                new Route.Parameter(
                                        "measure",
                                        "connections or bytes; absent: connections",
                                        Schema.words(Words.of(Talkers.Measure.class))),
                                new Route.Parameter(
                                        "limit",
                                        "how many at most, 1 to 1000; absent: 10",
                                        Schema.whole(1, TOP_MAX)))
                        .answering(
                                Schema.object()
                                        .with("since", Schema.instant())
                                        .with("total", Schema.whole())
                                        .with("surely_found_above", Schema.whole())
                                        .with(
                                                "talkers",
                                                Schema.list(
                                                        Schema.object()
                                                                .maybe("source", Schema.text())
                                                                .maybe("source_name", Schema.text())
                                                                .maybe("destination", Schema.text())
                                                                .maybe(
                                                                        "destination_name",
                                                                        Schema.text())
                                                                .with("at_most", Schema.whole())
                                                                .with(
                                                                        "at_least",
                                                                        Schema.whole())))));
    }

    private static Route.Parameter[] parameters() {
        return new Route.Parameter[] {
            new Route.Parameter(
                    "protocol",
                    Words.PROTOCOL.summary().replace("all", "tcp"),
                    Words.PROTOCOL.schema()),
            new Route.Parameter("source", "an IPv4 or IPv6 address; needed", Words.ADDRESS_SCHEMA),
            new Route.Parameter("source_port", "0 to 65535; absent: 0", Schema.whole(0, 65_535)),
            new Route.Parameter(
                    "destination", "an address of the same family; needed", Words.ADDRESS_SCHEMA),
            new Route.Parameter(
                    "destination_port", "0 to 65535; absent: 0", Schema.whole(0, 65_535)),
            new Route.Parameter(
                    "zone", "the conntrack zone, 0 to 65535; absent: 0", Schema.whole(0, 65_535)),
            new Route.Parameter(
                    "namespace",
                    "inode of the network namespace it is seen in; absent: the followed one",
                    Schema.whole(0, Long.MAX_VALUE))
        };
    }

    private Reply resolve(Request request) throws ProblemException {
        InetAddress source = address("source", request);
        InetAddress destination = address("destination", request);
        if (source.getClass() != destination.getClass()) {
            throw Words.refused(
                    "destination",
                    "an address of the family of source",
                    destination.getHostAddress());
        }
        Resolution answer =
                translations.resolve(
                        Words.protocol(request.query("protocol")).orElse(6),
                        new Tuple(
                                source,
                                (int) request.query("source_port", 0, 0, 65_535),
                                destination,
                                (int) request.query("destination_port", 0, 0, 65_535)),
                        (int) request.query("zone", 0, 0, 65_535),
                        request.query("namespace", 0, 0, Long.MAX_VALUE));
        Reply reply = Reply.json(json -> write(answer, json));
        return answer instanceof Resolution.Unknown ? reply.with(VERDICT, "fail") : reply;
    }

    private static InetAddress address(String name, Request request) throws ProblemException {
        Optional<InetAddress> address = Words.address(name, request.query(name));
        return address.orElseThrow(() -> Words.refused(name, "an IPv4 or IPv6 address", "missing"));
    }

    private void write(Resolution answer, Json json) throws IOException {
        json.object();
        if (answer instanceof Resolution.Translated translated) {
            json.field("answer", "translated");
            writer.write("translation", translated.translation(), json);
            json.name("connection");
            writer.write(translated.connection(), json);
            rest(translated.age(), translated.certainty(), json);
        } else if (answer instanceof Resolution.Untranslated untranslated) {
            json.field("answer", "untranslated");
            rest(untranslated.age(), untranslated.certainty(), json);
        } else {
            json.field("answer", "unknown");
            json.field("reason", ((Resolution.Unknown) answer).reason());
        }
        json.end();
    }

    private static void rest(Duration age, Resolution.Certainty certainty, Json json)
            throws IOException {
        json.field("age", age);
        json.field("certainty", certainty.name().toLowerCase(Locale.ROOT));
    }

    private Reply top(Request request) throws ProblemException {
        Talkers.Top top =
                talkers.top(
                        Words.one("by", Talkers.Kind.class, Talkers.Kind.PAIR, request.query("by")),
                        Words.one(
                                "measure",
                                Talkers.Measure.class,
                                Talkers.Measure.CONNECTIONS,
                                request.query("measure")),
                        (int) request.query("limit", TOP_DEFAULT, 1, TOP_MAX));
        return Reply.json(json -> write(top, json));
    }

    private void write(Talkers.Top top, Json json) throws IOException {
        json.object();
        json.field("since", top.since());
        json.field("total", top.total());
        json.field("surely_found_above", top.surelyFoundAbove());
        json.name("talkers").array();
        for (Talkers.Talker talker : top.talkers()) {
            json.object();
            if (talker.source() != null) {
                writer.end("source", talker.source(), json);
            }
            if (talker.destination() != null) {
                writer.end("destination", talker.destination(), json);
            }
            json.field("at_most", talker.count());
            json.field("at_least", talker.count() - talker.error());
            json.end();
        }
        json.end().end();
    }
}
