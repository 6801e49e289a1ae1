package io.drover.config.internal;

import io.drover.api.config.Reload;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.api.secret.SecretState;
import io.drover.config.internal.secret.SecretCounts;
import io.drover.config.internal.secret.SecretStore;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The series {@code drover_config_…}. */
final class ConfigMetrics implements MetricSource {

    private static final Family SUCCESSFUL =
            Family.gauge(
                    "drover_config_last_reload_successful",
                    "Whether the sources were right when they were last read.");
    private static final Family ACCEPTED =
            Family.gauge(
                    "drover_config_last_reload_success_timestamp_seconds",
                    "When the sources were last read and right, in seconds since 1970.");
    private static final Family RELOADS =
            Family.counter(
                    "drover_config_reloads_total",
                    "How often the sources were read, the start too, by what came of it.",
                    "outcome");
    private static final Family UPDATES =
            Family.counter(
                    "drover_config_updates_total",
                    "Configurations of one section that were handed to its component.");
    private static final Family FINDINGS =
            Family.gauge("drover_config_findings", "What is wrong with the sources now.");
    private static final Family FILES =
            Family.gauge("drover_config_files", "Files that were read last.");

    private static final Family SECRETS =
            Family.gauge(
                    "drover_config_secrets",
                    "Configured secrets: with their newest value, with an older one as their source"
                            + " does not answer, without any.",
                    "state");
    private static final Family SECRET_QUESTIONS =
            Family.counter(
                    "drover_config_secret_questions_total",
                    "How often the source of a secret was asked, by what came of it.",
                    "outcome");
    private static final Family SECRETS_REFUSED =
            Family.counter(
                    "drover_config_secrets_refused_total",
                    "Refusals of a secret by the other side that led to a question.");
    private static final Family AUDIT_LOST =
            Family.counter(
                    "drover_config_secret_audit_lost_total",
                    "Lines of the record of refreshed secrets that could not be written.");

    private final Supplier<View> view;
    private final Counts counts;
    private final SecretStore secrets;

    ConfigMetrics(Supplier<View> view, Counts counts, SecretStore secrets) {
        this.view = view;
        this.counts = counts;
        this.secrets = secrets;
    }

    @Override
    public List<Family> families() {
        return List.of(
                SUCCESSFUL,
                ACCEPTED,
                RELOADS,
                UPDATES,
                FINDINGS,
                FILES,
                SECRETS,
                SECRET_QUESTIONS,
                SECRETS_REFUSED,
                AUDIT_LOST);
    }

    @Override
    public void collect(Samples out) {
        View now = view.get();
        boolean successful = now.lastRead().equals(now.lastAccepted());
        out.add(SUCCESSFUL, successful ? 1 : 0);
        out.add(ACCEPTED, now.lastAccepted() == null ? 0 : now.lastAccepted().toEpochMilli() / 1e3);
        for (Reload.Outcome outcome : Reload.Outcome.values()) {
            out.add(RELOADS, counts.reloads(outcome), outcome.name().toLowerCase(Locale.ROOT));
        }
        out.add(UPDATES, counts.publishedTotal());
        out.add(FINDINGS, now.findings().size());
        out.add(FILES, now.files().size());
        secrets(out);
    }

    private void secrets(Samples out) {
        long older = 0;
        long without = 0;
        List<SecretState> states = secrets.states();
        for (SecretState state : states) {
            boolean none = state.version() == 0;
            without += none ? 1 : 0;
            older += !none && !state.error().isEmpty() ? 1 : 0;
        }
        out.add(SECRETS, states.size() - older - without, "newest");
        out.add(SECRETS, older, "older");
        out.add(SECRETS, without, "none");
        SecretCounts asked = secrets.counts();
        out.add(SECRET_QUESTIONS, asked.changed(), "changed");
        out.add(SECRET_QUESTIONS, asked.unchanged(), "unchanged");
        out.add(SECRET_QUESTIONS, asked.failed(), "failed");
        out.add(SECRETS_REFUSED, asked.refused());
        out.add(AUDIT_LOST, secrets.auditLost());
    }
}
