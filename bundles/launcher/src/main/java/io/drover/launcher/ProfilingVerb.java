package io.drover.launcher;

import java.util.List;
import java.util.Optional;

/** {@code drover profiling}: what it asks of the agent. Pure. */
final class ProfilingVerb {

    private static final String PATH = "/api/v1/profiling";
    private static final String WORDS =
            "profiling takes one of on, off, restart, dump, summary and flamegraph, or nothing";

    private ProfilingVerb() {}

    static Call call(Words words) throws StartException {
        Optional<String> last = words.value("--last");
        Optional<String> of = words.value("--of");
        Call plain = Call.get(PATH, words);
        List<String> rest = words.rest();
        if (rest.size() > 1) {
            throw new StartException(ExitCode.USAGE, WORDS);
        }
        String what = rest.isEmpty() ? "" : rest.get(0);
        String reach = last.map(seconds -> "?last_seconds=" + Call.encoded(seconds)).orElse("");
        return switch (what) {
            case "" -> plain;
            case "on", "true" -> new Call("POST", PATH + "?set=true", plain.accept());
            case "off", "false" -> new Call("POST", PATH + "?set=false", plain.accept());
            case "restart" -> new Call("POST", PATH + "?set=restart", plain.accept());
            case "dump" -> new Call("POST", PATH + "/dump" + reach, plain.accept());
            case "summary" -> new Call("GET", PATH + "/summary" + reach, plain.accept());
            case "flamegraph" ->
                    new Call(
                            "GET",
                            PATH
                                    + "/flamegraph"
                                    + reach
                                    + of.map(
                                                    kind ->
                                                            (reach.isEmpty() ? "?" : "&")
                                                                    + "of="
                                                                    + Call.encoded(kind))
                                            .orElse(""),
                            "text/html");
            default -> throw new StartException(ExitCode.USAGE, WORDS + ", not " + what);
        };
    }
}
