package io.drover.launcher;

import java.util.ArrayList;
import java.util.List;

/** {@code rbac [FEATURE] [--namespace NAMESPACE] [--json]}. */
final class RbacVerb {

    private static final String PATH = "/api/v1/kubernetes/rbac";

    private RbacVerb() {}

    static Call call(Words words) throws StartException {
        List<String> query = new ArrayList<>();
        words.value("--namespace")
                .ifPresent(value -> query.add("namespace=" + Call.encoded(value)));
        Call shape = Call.get("", words);
        List<String> features = words.rest();
        if (features.size() > 1) {
            throw new StartException(
                    ExitCode.USAGE, "rbac takes one feature, or none for all of them");
        }
        features.forEach(feature -> query.add("feature=" + Call.encoded(feature)));
        return new Call(
                shape.method(),
                query.isEmpty() ? PATH : PATH + "?" + String.join("&", query),
                shape.accept());
    }
}
