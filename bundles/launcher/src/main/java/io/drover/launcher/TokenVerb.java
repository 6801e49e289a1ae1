package io.drover.launcher;

import java.util.List;
import java.util.Optional;

/** The verbs {@code token} and {@code certificate}. Pure functions. */
final class TokenVerb {

    private TokenVerb() {}

    static Call call(Words words) throws StartException {
        Optional<String> scope = words.value("--scope");
        Optional<String> life = words.value("--life");
        Optional<String> overlap = words.value("--overlap");
        boolean json = words.flag("--json");
        List<String> rest = words.rest();
        String action = rest.isEmpty() ? "list" : rest.get(0);
        if (rest.size() != (action.equals("list") ? Math.min(rest.size(), 1) : 2)) {
            throw wrongToken();
        }
        String path = "/api/v1/tokens";
        String name = rest.size() == 2 ? Call.encoded(rest.get(1)) : "";
        return switch (action) {
            case "list" -> Call.get(path, json);
            case "create" ->
                    Call.post(
                            path
                                    + "?name="
                                    + name
                                    + parameter(
                                            "&scope=",
                                            Optional.of(scope.orElseThrow(TokenVerb::wrongToken)))
                                    + parameter("&life=", life),
                            json);
            case "revoke" -> Call.post(path + "/" + name + "/revoke", json);
            case "rotate" ->
                    Call.post(
                            path + "/" + name + "/rotate" + parameter("?overlap=", overlap), json);
            default -> throw wrongToken();
        };
    }

    private static StartException wrongToken() {
        return new StartException(
                ExitCode.USAGE,
                "token takes: list | create NAME --scope admin|read|metrics|grpc[,...] [--life 30d]"
                        + " | revoke NAME | rotate NAME [--overlap 5m]");
    }

    private static String parameter(String before, Optional<String> value) {
        return value.map(text -> before + Call.encoded(text)).orElse("");
    }

    static Call certificate(Words words) throws StartException {
        boolean json = words.flag("--json");
        List<String> rest = words.rest();
        if (rest.isEmpty()) {
            return Call.get("/api/v1/certificates", json);
        }
        if (rest.equals(List.of("renew"))) {
            return Call.post("/api/v1/certificates/renew", json);
        }
        throw new StartException(
                ExitCode.USAGE, "certificate takes renew or nothing, not " + rest.get(0));
    }
}
