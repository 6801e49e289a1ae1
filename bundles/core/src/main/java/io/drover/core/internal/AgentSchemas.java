package io.drover.core.internal;

import io.drover.api.http.Schema;

/** The documents of {@link AgentRoutes} and {@link StartupRoutes}, described. */
final class AgentSchemas {

    static final Schema STATE =
            Schema.words("waiting", "starting", "active", "degraded", "failed", "skipped");

    static final Schema VERSION =
            Schema.object()
                    .with("version", Schema.text())
                    .with("revision", Schema.text())
                    .with("jdk", Schema.text())
                    .with("karaf", Schema.text())
                    .with("hostname", Schema.text())
                    .with("pid", Schema.whole())
                    .with("started_at", Schema.instant());

    private static final Schema LISTENER =
            Schema.object()
                    .with("name", Schema.text())
                    .with("protocol", Schema.text())
                    .with(
                            "addresses",
                            Schema.list(
                                    Schema.object()
                                            .with("address", Schema.text())
                                            .with("port", Schema.whole(0, 65_535))));

    static final Schema STATUS =
            Schema.object()
                    .with("ready", Schema.bool())
                    .with("started", Schema.bool())
                    .with("stopping", Schema.text().about("Empty while nothing stops."))
                    .with("listeners", Schema.list(LISTENER))
                    .with(
                            "subsystems",
                            Schema.list(subsystem().with("facts", Schema.map(Schema.any()))));

    static final Schema HEALTH =
            Schema.object()
                    .with("live", Schema.bool())
                    .with("ready", Schema.bool())
                    .with("started", Schema.bool())
                    .with("subsystems", Schema.list(subsystem()));

    private static final Schema STEP =
            Schema.object()
                    .with("name", Schema.text())
                    .with("title", Schema.text())
                    .with("state", STATE)
                    .with("since", Schema.instant())
                    .with("reason", Schema.text())
                    .with("remedy", Schema.text())
                    .with("attempts", Schema.whole())
                    .with("last_error", Schema.text())
                    .with("needed_for_ready", Schema.bool())
                    .with("exit_code_on_failure", Schema.whole())
                    .with(
                            "history",
                            Schema.list(
                                    Schema.object()
                                            .with("at", Schema.instant())
                                            .with("after", Schema.seconds())
                                            .with("state", STATE)
                                            .with("reason", Schema.text())));

    static final Schema STARTUP =
            Schema.object()
                    .with("began_at", Schema.instant())
                    .with("ready", Schema.bool())
                    .with("started", Schema.bool())
                    .with("jvm_seconds", Schema.seconds())
                    .with("container_seconds", Schema.seconds())
                    .with("ready_after_seconds", Schema.seconds().orNull())
                    .with(
                            "critical_chain",
                            Schema.list(
                                    Schema.object()
                                            .with("step", Schema.text())
                                            .with("after", Schema.seconds())
                                            .with("took_seconds", Schema.seconds())
                                            .with("waited_seconds", Schema.seconds())))
                    .with("subsystems", Schema.list(subsystem().with("steps", Schema.list(STEP))));

    private AgentSchemas() {}

    private static Schema subsystem() {
        return Schema.object()
                .with("name", Schema.text())
                .with("state", STATE)
                .with("since", Schema.instant())
                .with("reason", Schema.text())
                .with("remedy", Schema.text())
                .maybe("last_error", Schema.text());
    }
}
