package io.drover.core.internal;

import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Filter;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Follows all services of one kind. Not by references of the component: those of core and of a
 * bundle that uses core would form a circle, which Declarative Services breaks with errors in the
 * log. To be opened on a thread that starts no component.
 */
final class Follower<S> extends ServiceTracker<S, S> {

    private final Consumer<S> come;
    private final Consumer<S> gone;

    Follower(BundleContext context, Filter filter, Consumer<S> come, Consumer<S> gone) {
        super(context, filter, null);
        this.come = come;
        this.gone = gone;
    }

    @Override
    public S addingService(ServiceReference<S> reference) {
        S service = context.getService(reference);
        if (service != null) {
            come.accept(service);
        }
        return service;
    }

    @Override
    public void removedService(ServiceReference<S> reference, S service) {
        gone.accept(service);
        context.ungetService(reference);
    }
}
