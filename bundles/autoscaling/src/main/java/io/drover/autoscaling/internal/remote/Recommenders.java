package io.drover.autoscaling.internal.remote;

import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.watch.Heartbeat;
import io.drover.autoscaling.internal.decide.Counsel;
import io.drover.autoscaling.internal.decide.Objective;
import io.drover.autoscaling.internal.decide.Samples.Failed;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Replicas from recommenders outside, whom objects name and the configuration allows. Any thread
 * may ask; answers are had from memory.
 */
public final class Recommenders implements AutoCloseable {

    private static final String THREAD = "drover-autoscaling-recommender";

    private final List<URI> allowed;
    private final String cluster;
    private final Inquiries inquiries;

    private Recommenders(List<URI> allowed, String cluster, Inquiries inquiries) {
        this.allowed = List.copyOf(allowed);
        this.cluster = cluster;
        this.inquiries = inquiries;
    }

    /**
     * Those that are asked over HTTP.
     *
     * @param allowed the beginnings of those that may be asked
     * @param cluster what they are told of where the question comes from
     * @param bytesMax of one answer
     */
    public static Recommenders of(
            List<URI> allowed,
            String cluster,
            Pace pace,
            int bytesMax,
            TlsFiles tls,
            Clock clock,
            LongSupplier nanoTime) {
        Transport transport =
                new HttpTransport(THREAD + "-io", pace.timeout(), bytesMax, tls, "", nanoTime);
        return over(transport, allowed, cluster, pace, clock, nanoTime);
    }

    static Recommenders over(
            Transport transport,
            List<URI> allowed,
            String cluster,
            Pace pace,
            Clock clock,
            LongSupplier nanoTime) {
        return new Recommenders(
                allowed,
                cluster,
                new Inquiries("the recommender", THREAD, pace, transport, clock, nanoTime));
    }

    /**
     * What a recommender is asked about.
     *
     * @param counsel whom
     * @param namespace of the object and its target
     * @param name of the object
     * @param target the kind of the target
     * @param targetName its name
     * @param minReplicas the lower bound
     * @param maxReplicas the upper bound, {@link Integer#MAX_VALUE} for none
     * @param objectives what the object would go by
     * @param desired the replicas that the target should have
     * @param current those that it has
     * @param ready those that serve
     */
    public record Asking(
            Counsel counsel,
            String namespace,
            String name,
            ObjectKind target,
            String targetName,
            int minReplicas,
            int maxReplicas,
            List<Objective> objectives,
            int desired,
            int current,
            int ready) {
        public Asking {
            Objects.requireNonNull(counsel, "counsel");
            objectives = List.copyOf(objectives);
        }
    }

    /** Who is told of an object that another number is proposed for. Must return at once. */
    public void tell(Consumer<String> listener) {
        inquiries.tell(listener);
    }

    /** The newest proposal. */
    public Measured propose(Asking asking) {
        URI endpoint = asking.counsel().endpoint();
        if (allowed.stream().noneMatch(each -> begins(each, endpoint))) {
            return new Failed(
                    "the configuration does not allow to ask "
                            + endpoint
                            + " (autoscaling.recommender_urls)");
        }
        return inquiries.ask(
                new Question(
                        asking.namespace() + "/" + asking.name(),
                        endpoint.toString(),
                        endpoint,
                        Recommendation.request(cluster, asking),
                        Recommendation::read));
    }

    private static boolean begins(URI allowed, URI endpoint) {
        String path = allowed.getRawPath().replaceAll("/+$", "");
        return allowed.getScheme().equals(endpoint.getScheme())
                && allowed.getRawAuthority().equalsIgnoreCase(endpoint.getRawAuthority())
                && (path.isEmpty()
                        || endpoint.getRawPath().equals(path)
                        || endpoint.getRawPath().startsWith(path + "/"));
    }

    /** An object is gone. */
    public void forget(String object) {
        inquiries.forget(object);
    }

    /** The sign of life of its thread. */
    public Heartbeat heartbeat() {
        return inquiries.heartbeat();
    }

    /** What it does. */
    public Figures figures() {
        return Figures.of(inquiries);
    }

    @Override
    public void close() {
        inquiries.close();
    }
}
