package io.drover.shell.internal;

import io.drover.api.autoscaling.Autoscaler;
import io.drover.api.autoscaling.Autoscaler.Condition;
import io.drover.api.autoscaling.Autoscalers;
import io.drover.api.autoscaling.Autoscalers.Standing;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** {@code drover:autoscaling-list}: the autoscalers, what they scale and how they stand. */
@Service
@Command(
        scope = "drover",
        name = "autoscaling-list",
        description = "Lists the autoscalers, what they scale and how they stand")
public final class AutoscalingListCommand implements Action {

    @Option(name = "--namespace", description = "only those of this namespace")
    String namespace;

    @Option(name = "--no-format", description = "no borders, for scripts")
    boolean plain;

    @Reference(optional = true)
    Autoscalers autoscalers;

    @Override
    public Object execute() {
        Needed.from("autoscaling", autoscalers);
        Standing standing = autoscalers.standing();
        if (!standing.reason().isEmpty()) {
            System.out.println(standing.reason());
        }
        ShellTable table = new ShellTable();
        table.column("Autoscaler");
        table.column("Target");
        table.column("Replicas").alignRight();
        table.column("Active");
        table.column("Able to scale");
        table.column("Limited");
        table.column("Says");
        for (Autoscaler each : autoscalers.all()) {
            if (namespace == null || namespace.equals(each.namespace())) {
                table.addRow()
                        .addContent(
                                each.namespace() + "/" + each.name(),
                                each.target(),
                                each.currentReplicas().isPresent()
                                        ? each.currentReplicas().getAsInt()
                                        : "",
                                status(each, "Active"),
                                status(each, "HorizontalAbleToScale"),
                                status(each, "HorizontalScalingLimited"),
                                says(each));
            }
        }
        table.emptyTableText("There is no autoscaler.");
        table.print(System.out, !plain);
        System.out.println(
                standing.leading()
                        ? "This replica leads."
                        : standing.leader().isEmpty()
                                ? "Nobody leads."
                                : standing.leader() + " leads.");
        return null;
    }

    private static String status(Autoscaler autoscaler, String type) {
        return autoscaler.conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .map(Condition::status)
                .findFirst()
                .orElse("");
    }

    /** The first condition that says that something is not as it could be. */
    private static String says(Autoscaler autoscaler) {
        return autoscaler.conditions().stream()
                .filter(condition -> !condition.message().isEmpty())
                .filter(condition -> !condition.type().startsWith("Vertical"))
                .map(Condition::message)
                .findFirst()
                .orElse("");
    }
}
