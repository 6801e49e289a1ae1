package io.drover.autoscaling.internal.simulate;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Runs as one picture, and as a page that needs nothing else. Pure functions. */
final class Page {

    private static final int WIDTH = 960;
    private static final int HEIGHT = 360;
    private static final int LEFT = 48;
    private static final int RIGHT = 16;
    private static final int TOP = 16;
    private static final int BOTTOM = 32;

    /**
     * More points than this nobody can see; of each group the largest and the smallest are kept.
     */
    private static final int GROUPS = 480;

    /** Rounds the time of a label to the minute. */
    private static final long HALF_MINUTE_MILLIS = 30_000;

    private static final String[] CLASSES = {"first", "second"};
    private static final String STYLE =
            """
            :root { --ground: #ffffff; --ink: #1c2430; --quiet: #68707c; --line: #d9dee5; --need: #cfd6df; --first: #1f6feb; --second: #d9480f; }
            @media (prefers-color-scheme: dark) {
              :root { --ground: #10151c; --ink: #e6eaf0; --quiet: #97a1ae; --line: #2a323d; --need: #3a4553; --first: #6cb0ff; --second: #ff9a5c; }
            }
            .need { fill: var(--need, #cfd6df); } .grid { stroke: var(--line, #d9dee5); } text { fill: var(--quiet, #68707c); font: 12px system-ui, sans-serif; }
            .first, .second { fill: none; stroke-width: 1.75; stroke-linejoin: round; } .first { stroke: var(--first, #1f6feb); } .second { stroke: var(--second, #d9480f); }
            """;

    private Page() {}

    static String html(Load load, Workload workload, List<Run> runs) {
        StringBuilder page = new StringBuilder(64 * 1024);
        page.append("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                .append("<title>Drover simulation</title>\n<style>\n")
                .append(STYLE)
                .append(
                        """
                        body { margin: 2rem auto; max-width: 62rem; padding: 0 1rem; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
                        h1 { font-size: 1.5rem; margin: 0; } p { color: var(--quiet); margin: .25rem 0 1rem; } svg { width: 100%; height: auto; }
                        table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; font-variant-numeric: tabular-nums; }
                        th, td { text-align: right; padding: .4rem .6rem; border-bottom: 1px solid var(--line); } th { color: var(--quiet); font-weight: 500; }
                        th:first-child, td:first-child { text-align: left; }
                        .key { display: inline-block; width: 1.2em; height: .25em; vertical-align: middle; margin-right: .5em; }
                        .key.k0 { background: var(--first); } .key.k1 { background: var(--second); } .key.n { background: var(--need); height: .8em; }
                        </style>
                        """)
                .append("<h1>What would have been</h1>\n<p>")
                .append(escaped(String.valueOf(Instant.ofEpochMilli(load.begin()))))
                .append(" to ")
                .append(escaped(String.valueOf(Instant.ofEpochMilli(load.end()))))
                .append(", a decision each ")
                .append(workload.everyMillis() / 1000)
                .append(" s, a pod is ready after ")
                .append(workload.startMillis() / 1000)
                .append(" s</p>\n")
                .append(picture(load, runs, ""))
                .append("\n<table><tr><th>policy<th>replica-hours<th>least<th>most<th>changes")
                .append("<th>flaps<th>under-provisioned</tr>\n");
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            page.append("<tr><td><span class=\"key k")
                    .append(i)
                    .append("\"></span>")
                    .append(escaped(run.name()));
            for (Object cell :
                    List.of(
                            String.format(Locale.ROOT, "%.1f", run.replicaHours()),
                            run.least(),
                            run.most(),
                            run.changes(),
                            run.flaps(),
                            Report.under(run))) {
                page.append("<td>").append(cell);
            }
            page.append("</tr>\n");
        }
        page.append(
                "</table>\n<p><span class=\"key n\"></span>replicas that would be at the goal exactly. A flap is a"
                        + " change back within ten minutes. Under-provisioned: a replica would have had to bear more"
                        + " than it asks for, or than the goal where that is an amount.</p>\n");
        for (Run run : runs) {
            page.append("<p>")
                    .append(escaped(run.name() + ": " + Report.rules(run)))
                    .append("</p>\n");
        }
        if (runs.size() == 2) {
            page.append("<p>")
                    .append(escaped(Report.difference(runs.get(0), runs.get(1))))
                    .append("</p>\n");
        }
        return page.append("</html>\n").toString();
    }

    static String svg(Load load, List<Run> runs) {
        return picture(load, runs, "<style>" + STYLE + "</style>");
    }

    private static String picture(Load load, List<Run> runs, String style) {
        Scale scale = Scale.of(load, runs);
        StringBuilder svg = new StringBuilder(32 * 1024);
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
                .append(WIDTH)
                .append(' ')
                .append(HEIGHT)
                .append("\" role=\"img\" aria-label=\"replicas over time\">")
                .append(style);
        svg.append("<path class=\"need\" d=\"").append(need(runs.get(0), scale)).append("\"/>");
        grid(svg, scale);
        for (int i = 0; i < runs.size(); i++) {
            svg.append("<path class=\"")
                    .append(CLASSES[i % CLASSES.length])
                    .append("\" d=\"")
                    .append(line(runs.get(i), scale))
                    .append("\"><title>")
                    .append(escaped(runs.get(i).name()))
                    .append("</title></path>");
        }
        return svg.append("</svg>").toString();
    }

    /** From time and replicas to the picture. */
    private record Scale(long begin, long end, double top) {
        static Scale of(Load load, List<Run> runs) {
            double most = 1;
            for (Run run : runs) {
                most = Math.max(most, run.most());
                for (int i = 0; i < run.steps(); i++) {
                    double need = run.needed(i);
                    // A peak far beyond every policy would press all lines flat.
                    most =
                            Double.isNaN(need)
                                    ? most
                                    : Math.max(most, Math.min(need, run.most() * 2));
                }
            }
            return new Scale(load.begin(), load.end(), most * 1.08);
        }

        double x(long at) {
            return LEFT + (double) (at - begin) / (end - begin) * (WIDTH - LEFT - RIGHT);
        }

        double y(double replicas) {
            return HEIGHT - BOTTOM - Math.min(replicas, top) / top * (HEIGHT - TOP - BOTTOM);
        }
    }

    private static void grid(StringBuilder svg, Scale scale) {
        int step = (int) Math.max(1, Math.ceil(scale.top / 6));
        for (int replicas = 0; replicas <= scale.top; replicas += step) {
            String y = number(scale.y(replicas));
            svg.append("<line class=\"grid\" x1=\"")
                    .append(LEFT)
                    .append("\" x2=\"")
                    .append(WIDTH - RIGHT)
                    .append("\" y1=\"")
                    .append(y)
                    .append("\" y2=\"")
                    .append(y)
                    .append("\"/><text text-anchor=\"end\" x=\"")
                    .append(LEFT - 8)
                    .append("\" y=\"")
                    .append(number(scale.y(replicas) + 4))
                    .append("\">")
                    .append(replicas)
                    .append("</text>");
        }
        boolean days = scale.end - scale.begin > 2L * 24 * 3_600_000;
        DateTimeFormatter form =
                DateTimeFormatter.ofPattern(days ? "d MMM" : "HH:mm", Locale.ROOT)
                        .withZone(ZoneOffset.UTC);
        for (int i = 0; i <= 6; i++) {
            long at = scale.begin + (scale.end - scale.begin) / 6 * i;
            svg.append("<text text-anchor=\"")
                    .append(i == 0 ? "start" : i == 6 ? "end" : "middle")
                    .append("\" x=\"")
                    .append(number(scale.x(at)))
                    .append("\" y=\"")
                    .append(HEIGHT - 8)
                    .append("\">")
                    .append(form.format(Instant.ofEpochMilli(at + HALF_MINUTE_MILLIS)))
                    .append("</text>");
        }
    }

    private static String line(Run run, Scale scale) {
        StringBuilder path = new StringBuilder();
        int group = Math.max(1, run.steps() / GROUPS);
        for (int from = 0; from < run.steps(); from += group) {
            int to = Math.min(run.steps(), from + group);
            int low = from;
            int high = from;
            for (int i = from; i < to; i++) {
                low = run.replicas(i) < run.replicas(low) ? i : low;
                high = run.replicas(i) > run.replicas(high) ? i : high;
            }
            step(path, run, scale, Math.min(low, high));
            if (low != high) {
                step(path, run, scale, Math.max(low, high));
            }
        }
        return path.append('H').append(number(scale.x(scale.end))).toString();
    }

    private static void step(StringBuilder path, Run run, Scale scale, int i) {
        String x = number(scale.x(run.at(i)));
        path.append(path.length() == 0 ? "M" + x + " " : "H" + x + "V")
                .append(number(scale.y(run.replicas(i))));
    }

    private static String need(Run run, Scale scale) {
        StringBuilder path = new StringBuilder();
        String ground = number(scale.y(0));
        path.append('M').append(LEFT).append(' ').append(ground);
        int group = Math.max(1, run.steps() / GROUPS);
        for (int from = 0; from < run.steps(); from += group) {
            double most = 0;
            for (int i = from; i < Math.min(run.steps(), from + group); i++) {
                most = Double.isNaN(run.needed(i)) ? most : Math.max(most, run.needed(i));
            }
            path.append('L')
                    .append(number(scale.x(run.at(from))))
                    .append(' ')
                    .append(number(scale.y(most)));
        }
        return path.append('L')
                .append(number(scale.x(run.at(run.steps() - 1))))
                .append(' ')
                .append(ground)
                .append('Z')
                .toString();
    }

    private static String number(double pixels) {
        return String.format(Locale.ROOT, "%.1f", pixels);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
