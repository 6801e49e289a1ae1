package io.drover.core.internal.startup;

import io.drover.api.status.State;
import io.drover.core.internal.startup.StepRecord.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** A start as one SVG document, which needs no other file, font or script. Pure functions. */
public final class StartPlot {

    private static final int LEFT = 20;
    private static final int WIDTH = 900;
    private static final int LABELS = 330;
    private static final int ROW = 22;
    private static final int TOP = 96;
    private static final int LEGEND = 34;

    /** The steps of the axis that make good labels, in milliseconds. */
    private static final int[] TICKS = {
        100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 3_600_000
    };

    private static final String STYLE =
            """
            <style>
            svg { background: #fff; }
            text { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: #222; }
            .title { font-size: 17px; font-weight: 600; }
            .small { font-size: 11px; fill: #666; }
            .grid { stroke: #e4e4e4; } .ready { stroke: #222; stroke-dasharray: 4 3; }
            .phase { fill: #8a94a6; } .waiting { fill: #f0d9a0; } .starting { fill: #3c78b4; }
            .active { fill: #cfe8cf; } .degraded { fill: #e9a23b; } .failed { fill: #c23b3b; }
            .skipped { fill: #d8d8d8; }
            @media (prefers-color-scheme: dark) {
              svg { background: #16191d; } text { fill: #dde; } .small { fill: #99a; }
              .grid { stroke: #2b3036; } .ready { stroke: #dde; } .active { fill: #2c4a35; }
              .waiting { fill: #6b5a2a; } .skipped { fill: #444; }
            }
            </style>
            """;

    private final Start start;
    private final double millis;
    private final StringBuilder svg = new StringBuilder(16 << 10);

    private StartPlot(Start start) {
        this.start = start;
        this.millis = Math.max(100, start.after(shown(start)).toMillis() * 1.03);
    }

    /** The time axis ends when the agent is ready, or with the last step that settled after it. */
    private static Instant shown(Start start) {
        Instant end = start.ready().orElse(start.now());
        for (StepRecord step : start.steps()) {
            Instant settled = step.active().orElse(end);
            // What comes much later, as a cluster, would press all the rest into a corner.
            boolean near = start.after(settled).compareTo(start.after(end).multipliedBy(3)) < 0;
            end = settled.isAfter(end) && near ? settled : end;
        }
        return end;
    }

    public static String of(Start start) {
        return new StartPlot(start).draw();
    }

    private String draw() {
        List<StepRecord> steps = start.steps();
        int height = TOP + (steps.size() + 2) * ROW + LEGEND + 20;
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">%n"
                        .formatted(LEFT + WIDTH + LABELS, height, LEFT + WIDTH + LABELS, height));
        svg.append("<title>Start of Drover</title>\n").append(STYLE);
        text(LEFT, 28, "title", "Start of Drover");
        text(LEFT, 50, "small", StartText.summary(start).strip());
        axis(TOP + (steps.size() + 2) * ROW);
        int y = TOP;
        phase(y, "JVM", start.began(), start.container());
        y += ROW;
        phase(y, "container", start.container(), start.core());
        for (StepRecord step : steps) {
            y += ROW;
            row(y, step);
        }
        legend(y + ROW + LEGEND);
        return svg.append("</svg>\n").toString();
    }

    private void axis(int bottom) {
        int tick = TICKS[TICKS.length - 1];
        for (int candidate : TICKS) {
            if (millis / candidate <= 14) {
                tick = candidate;
                break;
            }
        }
        for (int at = 0; at <= millis; at += tick) {
            double x = LEFT + at / millis * WIDTH;
            line("grid", x, TOP - 12, bottom);
            text(
                    x,
                    TOP - 18,
                    "small",
                    tick < 1_000 ? "%.1f s".formatted(at / 1e3) : at / 1_000 + " s");
        }
        start.ready()
                .ifPresent(
                        ready -> {
                            line("ready", x(ready), TOP - 12, bottom + 8);
                            text(x(ready) + 4, bottom + 8, "small", "ready");
                        });
    }

    private void phase(int y, String name, Instant begin, Instant end) {
        bar(y, "phase", begin, end, name);
        label(y, x(end), name, Duration.between(begin, end));
    }

    private void row(int y, StepRecord step) {
        for (Span span : step.spans()) {
            String css = span.state().name().toLowerCase(Locale.ROOT);
            String hint =
                    "%s: %s after %s%s"
                            .formatted(
                                    step.name(),
                                    css,
                                    StartText.seconds(start.after(span.begin())),
                                    span.reason().isEmpty() ? "" : ", " + span.reason());
            bar(y, css, span.begin(), span.end().orElse(start.now()), hint);
        }
        Duration took =
                step.in(State.STARTING, start.now()).plus(step.in(State.WAITING, start.now()));
        label(y, x(step.settled().orElse(start.now())), step.name(), took);
    }

    private void bar(int y, String css, Instant begin, Instant end, String hint) {
        double from = x(begin);
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"><title>%s</title></rect>%n",
                        css,
                        from,
                        y,
                        Math.max(1.5, x(end) - from),
                        ROW - 6,
                        escape(hint)));
    }

    /** To the right of its bar, so that it is read where the eye is. */
    private void label(int y, double x, String name, Duration took) {
        String time = took.isZero() ? "" : " (" + StartText.seconds(took) + ")";
        text(Math.min(x, LEFT + WIDTH) + 6, y + 12, "", name + time);
    }

    private void legend(int y) {
        int x = LEFT;
        for (String state :
                List.of("waiting", "starting", "active", "degraded", "failed", "skipped")) {
            svg.append(
                    "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"14\" height=\"12\" rx=\"2\"/>%n"
                            .formatted(state, x, y - 10));
            text(x + 20, y, "small", state);
            x += 90;
        }
    }

    private void line(String css, double x, int from, int to) {
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<line class=\"%s\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>%n",
                        css,
                        x,
                        from,
                        x,
                        to));
    }

    private void text(double x, int y, String css, String text) {
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<text%s x=\"%.1f\" y=\"%d\">%s</text>%n",
                        css.isEmpty() ? "" : " class=\"" + css + "\"",
                        x,
                        y,
                        escape(text)));
    }

    private double x(Instant at) {
        double share = start.after(at).toMillis() / millis;
        return LEFT + Math.max(0, Math.min(1, share)) * WIDTH;
    }

    private static String escape(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                default -> safe.append(c < 0x20 ? ' ' : c);
            }
        }
        return safe.toString();
    }
}
