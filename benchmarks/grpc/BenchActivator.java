import io.grpc.BindableService;
import java.util.Hashtable;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Publishes the service as any bundle may. */
public final class BenchActivator implements BundleActivator {

    @Override
    public void start(BundleContext context) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("drover.grpc.audience", "LOCAL");
        context.registerService(BindableService.class, new BenchService(), properties);
    }

    @Override
    public void stop(BundleContext context) {}
}
