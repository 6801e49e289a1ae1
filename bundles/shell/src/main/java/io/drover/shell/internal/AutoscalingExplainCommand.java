package io.drover.shell.internal;

import io.drover.api.autoscaling.Autoscalers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/**
 * {@code drover:autoscaling-explain}: why an autoscaler has its replicas, or what it would do if.
 */
@Service
@Command(
        scope = "drover",
        name = "autoscaling-explain",
        description = "Says why an autoscaler has its replicas, and what it would do if")
public final class AutoscalingExplainCommand implements Action {

    @Argument(
            index = 0,
            name = "autoscaler",
            description = "the autoscaler, as NAMESPACE/NAME",
            required = true)
    @Completion(AutoscalerCompleter.class)
    String autoscaler;

    @Option(
            name = "--if",
            description =
                    "suppose that every pod uses so much of what it asks for, in per cent: cpu=80 (the console reads % itself, so leave it out or quote it)",
            multiValued = true)
    List<String> supposed;

    @Option(name = "--replicas", description = "suppose that it has so many replicas")
    String replicas;

    @Option(name = "--min", description = "suppose that minReplicas is this")
    String min;

    @Option(name = "--max", description = "suppose that maxReplicas is this")
    String max;

    @Reference(optional = true)
    Autoscalers autoscalers;

    @Override
    public Object execute() {
        Needed.from("autoscaling", autoscalers);
        String[] parts = autoscaler.split("/", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException(
                    "the autoscaler must be NAMESPACE/NAME, is " + autoscaler);
        }
        System.out.print(
                autoscalers
                        .text(parts[0], parts[1], conditions())
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "there is no autoscaler " + autoscaler)));
        return null;
    }

    private Map<String, String> conditions() {
        Map<String, String> conditions = new LinkedHashMap<>();
        for (String each : supposed == null ? List.<String>of() : supposed) {
            for (String one : each.split(",")) {
                String[] sides = one.split("=", 2);
                if (sides.length != 2) {
                    throw new IllegalArgumentException("--if needs cpu=80 or memory=80, is " + one);
                }
                conditions.put(sides[0], sides[1]);
            }
        }
        put(conditions, "replicas", replicas);
        put(conditions, "min", min);
        put(conditions, "max", max);
        return conditions;
    }

    private static void put(Map<String, String> conditions, String name, String value) {
        if (value != null) {
            conditions.put(name, value);
        }
    }
}
