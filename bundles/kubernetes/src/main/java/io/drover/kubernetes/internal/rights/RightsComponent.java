package io.drover.kubernetes.internal.rights;

import io.drover.api.http.Route;
import io.drover.api.http.Routes;
import io.drover.api.kubernetes.Right;
import io.drover.api.kubernetes.Rights;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Wires {@link RightsRoutes} to OSGi; shows the rights of whichever bundles are there. */
@Component(service = Routes.class)
public final class RightsComponent implements Routes {

    private final List<Rights> all = new CopyOnWriteArrayList<>();
    private final RightsRoutes routes = new RightsRoutes(this::rights);

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

    private List<Right> rights() {
        return all.stream().flatMap(each -> each.rights().stream()).toList();
    }
}
