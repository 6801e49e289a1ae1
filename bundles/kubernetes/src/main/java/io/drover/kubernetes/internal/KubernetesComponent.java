package io.drover.kubernetes.internal;

import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.Elections;
import io.drover.api.kubernetes.EventRecorder;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.LightObserver;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.ObjectRef;
import io.drover.api.kubernetes.Observer;
import io.drover.api.kubernetes.Patch;
import io.drover.api.kubernetes.ResourceType;
import io.drover.api.kubernetes.Reviews;
import io.drover.api.kubernetes.Right;
import io.drover.api.kubernetes.Rights;
import io.drover.api.kubernetes.Standing;
import io.drover.api.kubernetes.Term;
import io.drover.api.kubernetes.Watch;
import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Kind;
import io.drover.api.metadata.Metadata;
import io.drover.api.metadata.MetadataStream;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import io.drover.api.watch.Heartbeat;
import io.drover.api.watch.Watched;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Wires {@link KubernetesPart} to OSGi; holds no logic of its own. One component for all services:
 * they share one connection and end together.
 */
@Component(
        service = {
            Subsystem.class,
            MetricSource.class,
            Cluster.class,
            Elections.class,
            EventRecorder.class,
            Reviews.class,
            Rights.class,
            Metadata.class,
            Watched.class
        },
        property = "origin=cluster",
        immediate = true,
        configurationPid = "io.drover.kubernetes",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = KubernetesConfig.class)
public final class KubernetesComponent
        implements Subsystem,
                MetricSource,
                Cluster,
                Elections,
                EventRecorder,
                Reviews,
                Rights,
                Metadata,
                Watched {

    private final KubernetesPart part;

    @Activate
    public KubernetesComponent(KubernetesConfig config) {
        part = new KubernetesPart(Settings.from(config));
        part.start();
    }

    @Deactivate
    void stop() {
        part.stop();
    }

    @Override
    public String name() {
        return "kubernetes";
    }

    @Override
    public List<Step> steps() {
        return part.steps();
    }

    @Override
    public Map<String, Object> facts() {
        return part.facts();
    }

    @Override
    public List<Family> families() {
        return part.metrics().families();
    }

    @Override
    public void collect(Samples out) {
        part.metrics().collect(out);
    }

    @Override
    public List<Right> rights() {
        return part.rights();
    }

    @Override
    public View view() {
        return part.cluster().view();
    }

    @Override
    public Optional<ResourceType> discover(ObjectKind kind) throws ClusterException {
        return part.cluster().discover(kind);
    }

    @Override
    public Optional<KubeObject> get(ObjectRef ref, String subresource) throws ClusterException {
        return part.cluster().get(ref, subresource);
    }

    @Override
    public List<KubeObject> list(ObjectKind kind, String namespace, String labelSelector, int max)
            throws ClusterException {
        return part.cluster().list(kind, namespace, labelSelector, max);
    }

    @Override
    public KubeObject patch(Term term, Patch patch) throws ClusterException {
        return part.cluster().patch(term, patch);
    }

    @Override
    public KubeObject create(Term term, Map<String, Object> tree) throws ClusterException {
        return part.cluster().create(term, tree);
    }

    @Override
    public Map<String, Object> parse(String manifest) {
        return part.cluster().parse(manifest);
    }

    @Override
    public Watch watch(ObjectKind kind, String namespace, Observer observer) {
        return part.cluster().watch(kind, namespace, observer);
    }

    @Override
    public Watch watchLightly(
            ObjectKind kind, String namespace, List<String> paths, LightObserver observer) {
        return part.cluster().watchLightly(kind, namespace, paths, observer);
    }

    @Override
    public Candidacy enter(String election, Consumer<Standing> onChange) {
        return part.elections().enter(election, onChange);
    }

    @Override
    public List<Standing> standings() {
        return part.elections().standings();
    }

    @Override
    public boolean emit(
            String reporter,
            ObjectRef regarding,
            Severity severity,
            String reason,
            String action,
            String note) {
        return part.events().emit(reporter, regarding, severity, reason, action, note);
    }

    @Override
    public Optional<User> authenticate(String token, List<String> audiences)
            throws ClusterException {
        return part.reviews().authenticate(token, audiences);
    }

    @Override
    public Verdict review(User user, Access access) throws ClusterException {
        return part.reviews().review(user, access);
    }

    @Override
    public Verdict reviewSelf(Access access) throws ClusterException {
        return part.reviews().reviewSelf(access);
    }

    @Override
    public Metadata.State state() {
        return part.metadata().state();
    }

    @Override
    public Optional<Entry> at(InetAddress address) {
        return part.metadata().at(address);
    }

    @Override
    public Optional<Entry> get(Entry.Ref ref) {
        return part.metadata().get(ref);
    }

    @Override
    public void visit(Kind kind, Predicate<Entry> visitor) {
        part.metadata().visit(kind, visitor);
    }

    @Override
    public MetadataStream stream(Set<Kind> kinds) {
        return part.metadata().stream(kinds);
    }

    @Override
    public List<Heartbeat> heartbeats() {
        return part.heartbeats();
    }
}
