package io.drover.autoscaling.internal;

import io.drover.api.kubernetes.Elections;
import io.drover.api.kubernetes.Right;
import io.drover.autoscaling.internal.source.PodIndex;
import io.drover.autoscaling.internal.source.PodUsage;
import io.drover.autoscaling.internal.source.Rivals;
import io.drover.autoscaling.internal.source.Targets;
import java.util.ArrayList;
import java.util.List;

/** All that the controller and its sources ask of the API server. Pure. */
final class NeededRights {

    private static final String FEATURE = "autoscaling";
    private static final String LEASES = "coordination.k8s.io";
    private static final String GROUP = "datadoghq.com";
    private static final String ONE_DECIDES =
            "one replica decides at a time. Create cannot be limited to a name. The others watch"
                    + " the Lease instead of asking for it again and again.";
    private static final String NEVER_THE_SPEC = "the autoscalers; their status, never their spec.";

    /** Creation cannot be limited to a name: the name is not known to who authorises it. */
    private static final List<Right> ELECTION =
            List.of(
                    Right.to(List.of("create"), LEASES, List.of("leases"), FEATURE, ONE_DECIDES)
                            .in(Right.OWN),
                    Right.to(
                                    List.of("get", "watch", "update"),
                                    LEASES,
                                    List.of("leases"),
                                    FEATURE,
                                    ONE_DECIDES)
                            .named(Elections.lease(Controller.ELECTION))
                            .in(Right.OWN));

    private static final List<Right> OBJECTS =
            List.of(
                    Right.toFollow(
                            GROUP, List.of("datadogpodautoscalers"), FEATURE, NEVER_THE_SPEC),
                    Right.to(
                            List.of("patch"),
                            GROUP,
                            List.of("datadogpodautoscalers/status"),
                            FEATURE,
                            NEVER_THE_SPEC));

    private NeededRights() {}

    /** What these settings need. */
    static List<Right> of(Settings settings) {
        List<Right> objects = new ArrayList<>(OBJECTS);
        objects.addAll(Targets.RIGHTS);
        objects.add(PodIndex.RIGHT);
        objects.add(PodUsage.RIGHT);
        objects.addAll(Rivals.RIGHTS);
        objects.addAll(Resizer.RIGHTS);
        List<Right> all = new ArrayList<>(ELECTION);
        objects.forEach(right -> all.add(right.in(settings.namespace())));
        if (settings.installCrd()) {
            all.add(CrdInstaller.RIGHT);
        }
        return List.copyOf(all);
    }
}
