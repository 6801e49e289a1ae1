package io.drover.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code journal [NAMESPACE/NAME] [--since 1h] [--limit N] | journal --verify}. Pure functions. */
final class JournalVerb {

    private static final String JOURNAL = "/api/v1/journal";

    private JournalVerb() {}

    static Call call(Words words) throws StartException {
        boolean verify = words.flag("--verify");
        List<String> query = new ArrayList<>();
        Optional<String> since = words.value("--since");
        if (since.isPresent()) {
            query.add("since_s=" + Lifetime.seconds("--since", since.get()));
        }
        words.value("--limit").ifPresent(limit -> query.add("limit=" + Call.encoded(limit)));
        Call shape = Call.get("", words);
        List<String> objects = words.rest();
        if (objects.size() > 1) {
            throw new StartException(
                    ExitCode.USAGE, "journal takes one NAMESPACE/NAME of an autoscaler, or none");
        }
        objects.forEach(object -> query.add("object=" + Call.encoded(object)));
        if (verify && !query.isEmpty()) {
            throw new StartException(
                    ExitCode.USAGE, "journal --verify checks the whole journal, it takes no more");
        }
        String path = query.isEmpty() ? JOURNAL : JOURNAL + "?" + String.join("&", query);
        return new Call(shape.method(), verify ? JOURNAL + "/verification" : path, shape.accept());
    }
}
