package io.drover.launcher;

import java.util.List;
import java.util.Optional;

/**
 * {@code config [SECTION] | set KEY VALUE [--for 10m] | unset KEY | schema | secrets [refresh]}.
 * Pure functions.
 */
final class ConfigVerb {

    private static final String CONFIG = "/api/v1/config";

    private ConfigVerb() {}

    static Call call(Words words) throws StartException {
        Optional<String> lifetime = words.value("--for");
        Call plain = Call.get(CONFIG, words);
        List<String> rest = words.rest();
        String what = rest.isEmpty() ? "" : rest.get(0);
        if (lifetime.isPresent() && !what.equals("set")) {
            throw usage("config takes --for with set alone");
        }
        return switch (what) {
            case "" -> plain;
            case "set" -> {
                need(rest, 3, "config set KEY VALUE [--for 10m]");
                String life =
                        lifetime.isEmpty()
                                ? ""
                                : "?for_s=" + Lifetime.seconds("--for", lifetime.get());
                yield new Call("POST", setting(rest.get(1)) + life, plain.accept(), rest.get(2));
            }
            case "unset" -> {
                need(rest, 2, "config unset KEY");
                yield new Call("POST", setting(rest.get(1)) + "/unset", plain.accept());
            }
            case "schema" -> {
                need(rest, 1, "config schema");
                yield new Call("GET", CONFIG + "/schema", plain.accept());
            }
            case "secrets" -> secrets(rest, plain);
            default -> {
                need(rest, 1, "config SECTION");
                yield new Call("GET", CONFIG + "?section=" + Call.encoded(what), plain.accept());
            }
        };
    }

    private static Call secrets(List<String> rest, Call plain) throws StartException {
        if (rest.size() == 1) {
            return new Call("GET", CONFIG + "/secrets", plain.accept());
        }
        if (rest.size() == 2 && rest.get(1).equals("refresh")) {
            return new Call("POST", CONFIG + "/secrets/refresh", plain.accept());
        }
        throw usage("it is: config secrets [refresh]");
    }

    private static String setting(String path) throws StartException {
        int dot = path.indexOf('.');
        if (dot < 1 || dot == path.length() - 1) {
            throw usage("a key is SECTION.KEY, as in conntrack.log_level, not " + path);
        }
        return CONFIG
                + "/settings/"
                + Call.encoded(path.substring(0, dot))
                + "/"
                + Call.encoded(path.substring(dot + 1));
    }

    private static void need(List<String> rest, int count, String form) throws StartException {
        if (rest.size() != count) {
            throw usage("it is: " + form);
        }
    }

    private static StartException usage(String message) {
        return new StartException(ExitCode.USAGE, message);
    }
}
