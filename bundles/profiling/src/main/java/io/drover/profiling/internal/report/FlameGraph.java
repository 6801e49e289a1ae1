package io.drover.profiling.internal.report;

import io.drover.profiling.internal.report.StackTree.Node;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A profile as one page of HTML that needs nothing but itself. Pure. */
public final class FlameGraph {

    private static final String PAGE = "/profiling/flamegraph.html";
    private static final String PLACE = "/*PROFILE*/null";

    /** Frames narrower than this share of all are left out, and counted. */
    private static final double LEAST_SHARE = 0.000_2;

    private FlameGraph() {}

    /** Of samples of running threads. */
    public static String ofCpu(Profile profile) throws IOException {
        return page(profile, profile.cpu(), "CPU", "samples");
    }

    /** Of allocated bytes. */
    public static String ofAllocation(Profile profile) throws IOException {
        return page(profile, profile.allocation(), "Allocation", "bytes");
    }

    private static String page(Profile profile, StackTree tree, String title, String unit)
            throws IOException {
        StringBuilder data = new StringBuilder();
        data.append("{\"title\":").append(text(title));
        data.append(",\"unit\":").append(text(unit));
        data.append(",\"from\":").append(text(String.valueOf(profile.from())));
        data.append(",\"to\":").append(text(String.valueOf(profile.to())));
        data.append(",\"samples\":")
                .append(unit.equals("bytes") ? profile.allocations() : profile.samples());
        data.append(",\"unread\":").append(profile.unread());
        data.append(",\"names\":[");
        List<String> names = profile.frames().names();
        for (int i = 0; i < names.size(); i++) {
            data.append(i == 0 ? "" : ",").append(text(names.get(i)));
        }
        data.append("],\"root\":");
        node(tree.root(), (long) Math.ceil(tree.root().total() * LEAST_SHARE), data);
        data.append('}');
        return template().replace(PLACE, data);
    }

    /** As {@code [frame, total, [callees]]}, the heaviest first. */
    private static void node(Node node, long least, StringBuilder data) {
        data.append('[').append(node.frame()).append(',').append(node.total()).append(",[");
        boolean first = true;
        for (Node callee : node.callees()) {
            if (callee.total() < least) {
                break;
            }
            data.append(first ? "" : ",");
            node(callee, least, data);
            first = false;
        }
        data.append("]]");
    }

    /** A JSON string that may stand in a script element. */
    static String text(String value) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c > '~') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    private static String template() throws IOException {
        try (InputStream in = FlameGraph.class.getResourceAsStream(PAGE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
