package io.drover.config.internal;

import io.drover.api.config.Finding;
import io.drover.config.internal.schema.Key;
import io.drover.config.internal.schema.NearestWord;
import io.drover.config.internal.schema.Schema;
import io.drover.config.internal.schema.Section;
import java.util.Optional;

/** What may not be set at run time, whatever the value. Pure. */
final class RunTimeRules {

    private static final String BACK_END = "secret_backend_";

    private RunTimeRules() {}

    /**
     * @param begun whether a configuration holds at all
     */
    static Optional<Finding> barred(Schema schema, boolean begun, RunTime.Entry entry) {
        if (!begun) {
            return Optional.of(finding("", "cannot be set before a configuration holds"));
        }
        Section section = schema.sections().get(entry.section());
        if (section == null) {
            String meant =
                    NearestWord.to(entry.section(), schema.sections().keySet())
                            .map(word -> "; did you mean " + word + "?")
                            .orElse("; there are " + String.join(", ", schema.sections().keySet()));
            return Optional.of(finding(entry.section(), "is not a section here" + meant));
        }
        Key key = section.keys().get(entry.key());
        if (key != null && key.secret()) {
            return Optional.of(
                    finding(
                            entry.path(),
                            "is a secret: write it, or where it is, into a file or a variable"));
        }
        if (section.word().equals(Settings.SECTION) && entry.key().startsWith(BACK_END)) {
            return Optional.of(
                    finding(
                            entry.path(),
                            "cannot be set at run time, as it names what is run as the agent's"
                                    + " user: write it into a file or a variable"));
        }
        return Optional.empty();
    }

    private static Finding finding(String key, String rule) {
        return new Finding("run time", key, rule, "");
    }
}
