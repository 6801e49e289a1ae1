package io.drover.kubernetes.internal.rights;

import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Suite;
import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.Reviews;
import io.drover.api.kubernetes.Right;
import io.drover.api.kubernetes.Rights;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Wires {@link RightsRoutes} and {@link RightsSuite} to OSGi, for whichever bundles are there. */
@Component(service = {Routes.class, Suite.class})
public final class RightsComponent implements Routes, Suite {

    private final List<Rights> all = new CopyOnWriteArrayList<>();
    private final RightsRoutes routes = new RightsRoutes(this::rights);
    private final RightsSuite suite;

    @Activate
    public RightsComponent(
            @Reference(target = "(origin=cluster)") Cluster cluster,
            @Reference(target = "(origin=cluster)") Reviews reviews) {
        suite = new RightsSuite(this::rights, cluster::view, reviews);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addRights(Rights added) {
        all.add(added);
    }

    void removeRights(Rights removed) {
        all.remove(removed);
    }

    @Override
    public List<Route> routes() {
        return routes.routes();
    }

    @Override
    public String name() {
        return suite.name();
    }

    @Override
    public String about() {
        return suite.about();
    }

    @Override
    public List<Check> run() {
        return suite.run();
    }

    private List<Right> rights() {
        return all.stream().flatMap(each -> each.rights().stream()).toList();
    }
}
