package io.drover.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code explain NAMESPACE/NAME [--if cpu=80%] [--min N] [--max N] [--replicas N]}. */
final class ExplainVerb {

    private ExplainVerb() {}

    static Call call(Words words) throws StartException {
        List<String> query = new ArrayList<>();
        for (String bound : new String[] {"min", "max", "replicas"}) {
            words.value("--" + bound)
                    .ifPresent(value -> query.add(bound + "=" + Call.encoded(value)));
        }
        for (Optional<String> supposed = words.value("--if");
                supposed.isPresent();
                supposed = words.value("--if")) {
            for (String one : supposed.get().split(",")) {
                String[] sides = one.split("=", 2);
                if (sides.length != 2) {
                    throw new StartException(
                            ExitCode.USAGE, "explain --if needs cpu=80% or memory=80%, not " + one);
                }
                query.add(Call.encoded(sides[0]) + "=" + Call.encoded(sides[1]));
            }
        }
        Call shape = Call.get("", words);
        List<String> objects = words.rest();
        if (objects.size() != 1 || objects.get(0).split("/", -1).length != 2) {
            throw new StartException(
                    ExitCode.USAGE, "explain needs one NAMESPACE/NAME of an autoscaler");
        }
        String[] parts = objects.get(0).split("/", -1);
        String path =
                "/api/v1/autoscaling/"
                        + Call.encoded(parts[0])
                        + "/"
                        + Call.encoded(parts[1])
                        + "/explain";
        return new Call(
                shape.method(),
                query.isEmpty() ? path : path + "?" + String.join("&", query),
                shape.accept());
    }
}
