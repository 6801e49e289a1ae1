package io.drover.metrics.internal;

import java.util.List;
import java.util.Set;

/** The forms of a page, and which of them a client wants. */
final class Format {

    static final Format TEXT_0_0_4 =
            new Format(
                    "text", "plain", Set.of("0.0.4"), "text/plain; version=0.0.4; charset=utf-8");

    static final Format OPENMETRICS_1_0_0 =
            new Format(
                    "application",
                    "openmetrics-text",
                    Set.of("1.0.0", "0.0.1"),
                    "application/openmetrics-text; version=1.0.0; charset=utf-8");

    private final String type;
    private final String subtype;
    private final Set<String> versions;
    private final String contentType;

    private Format(String type, String subtype, Set<String> versions, String contentType) {
        this.type = type;
        this.subtype = subtype;
        this.versions = versions;
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    /**
     * What the client likes best; text when it says nothing, likes both alike by a wildcard, or
     * wants nothing that we have: a person with a browser should see something.
     */
    static Format of(String accept) {
        List<Weighted> ranges = Weighted.parse(accept);
        Choice text = TEXT_0_0_4.choice(ranges);
        Choice open = OPENMETRICS_1_0_0.choice(ranges);
        return open.betterThan(text) ? OPENMETRICS_1_0_0 : TEXT_0_0_4;
    }

    private Choice choice(List<Weighted> ranges) {
        Choice best = Choice.NONE;
        for (int i = 0; i < ranges.size(); i++) {
            int precision = precision(ranges.get(i));
            if (precision > best.precision) {
                best = new Choice(ranges.get(i).weight(), precision, i);
            }
        }
        return best;
    }

    /** How exactly a media range names this format; 0 when it does not. */
    private int precision(Weighted range) {
        if (range.value().equals(type + "/" + subtype)) {
            String version = range.parameters().get("version");
            if (version == null) {
                return 3;
            }
            return versions.contains(version) ? 4 : 0;
        }
        if (range.value().equals(type + "/*")) {
            return 2;
        }
        return "*/*".equals(range.value()) ? 1 : 0;
    }

    /**
     * How much a format is wanted.
     *
     * @param weight that the client gave
     * @param precision of the range that names it most exactly
     * @param place of that range in the header
     */
    private record Choice(double weight, int precision, int place) {

        static final Choice NONE = new Choice(0, 0, Integer.MAX_VALUE);

        boolean betterThan(Choice other) {
            if (weight != other.weight) {
                return weight > other.weight;
            }
            boolean wildcards = precision <= 1 || other.precision <= 1;
            return weight > 0 && (wildcards ? precision > other.precision : place < other.place);
        }
    }
}
