package io.drover.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What each verb asks of the agent. Pure functions. */
final class Verbs {

    private interface Shape {
        Call of(Words words) throws StartException;
    }

    private static final Map<String, Shape> SHAPES =
            Map.ofEntries(
                    Map.entry("version", words -> Call.get("/api/v1/version", words)),
                    Map.entry("status", words -> Call.get("/api/v1/status", words)),
                    Map.entry("health", words -> Call.get("/api/v1/health", words)),
                    Map.entry("startup", Verbs::startup),
                    Map.entry("diagnose", Verbs::diagnose),
                    Map.entry("token", TokenVerb::call),
                    Map.entry("certificate", TokenVerb::certificate),
                    Map.entry("metrics", words -> Call.get("/api/v1/metrics/families", words)),
                    Map.entry("config", ConfigVerb::call),
                    Map.entry("rbac", RbacVerb::call),
                    Map.entry("reload", words -> Call.post("/api/v1/reload", words)),
                    Map.entry("conntrack", ConntrackVerb::call),
                    Map.entry("profiling", ProfilingVerb::call),
                    Map.entry("autoscaling", words -> Call.get("/api/v1/autoscaling", words)),
                    Map.entry("explain", ExplainVerb::call),
                    Map.entry("journal", JournalVerb::call));

    private Verbs() {}

    /**
     * The request of a verb.
     *
     * @throws StartException for a verb or a word that is not known
     */
    static Call call(Words words) throws StartException {
        Shape shape = SHAPES.get(words.verb());
        if (shape == null) {
            throw new StartException(
                    ExitCode.USAGE, "there is no verb " + words.verb() + "; try: drover help");
        }
        Call call = shape.of(words);
        words.end();
        return call;
    }

    private static Call startup(Words words) throws StartException {
        List<String> views = new ArrayList<>();
        for (String view : new String[] {"blame", "critical-chain", "plot"}) {
            if (words.flag("--" + view)) {
                views.add(view);
            }
        }
        if (views.size() > 1) {
            throw new StartException(
                    ExitCode.USAGE,
                    "startup takes one of --blame, --critical-chain and --plot, not several");
        }
        if (views.isEmpty()) {
            return Call.get("/api/v1/startup", words);
        }
        return Call.get("/api/v1/startup?view=" + views.get(0), words);
    }

    private static Call diagnose(Words words) throws StartException {
        if (words.flag("--list")) {
            return Call.get("/api/v1/diagnosis", words);
        }
        Call all = Call.post("/api/v1/diagnosis", words);
        String suites = String.join(",", words.rest());
        return suites.isEmpty()
                ? all
                : new Call(
                        all.method(), all.path() + "?suite=" + Call.encoded(suites), all.accept());
    }
}
