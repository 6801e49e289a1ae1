package io.drover.link.internal;

import io.drover.api.metrics.Samples;
import io.drover.api.security.ClusterCredentials;
import io.drover.api.watch.Heartbeat;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel to whichever of the other replicas leads. Nobody needs to know which that is: one that
 * follows says so, and the next is asked. The one that answered is asked first the next time.
 * Methods with one request alone. Any thread; without a call there is no connection and no thread.
 */
final class Leader extends Channel implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Leader.class);
    private static final long END_MILLIS = 100;

    private final Heartbeat heartbeat = Heartbeat.outside("drover-link-leader");
    private final ScheduledExecutorService thread = Threads.scheduler(heartbeat);
    private final ForwardFigures figures = new ForwardFigures();
    private final Replicas replicas;
    private final Connection connection;

    /**
     * @param resolver asked for the addresses of the replicas
     * @param credentials what is shown to them
     */
    Leader(
            Settings settings,
            Replicas.Resolver resolver,
            Supplier<Optional<ClusterCredentials>> credentials) {
        replicas = new Replicas("link.peers", settings.peers(), resolver, new Random());
        connection =
                new Connection("drover-link-leader-io", settings, replicas, credentials, thread);
    }

    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
        return new LeaderCall<>(
                this, thread, method, options.withCallCredentials(connection.token()));
    }

    @Override
    public String authority() {
        return "leader";
    }

    /** The connection to use now. On the thread of this. */
    Channel channel() throws UnreachableException {
        return connection.channel();
    }

    /**
     * What {@code used} leads to does not lead. On the thread of this.
     *
     * @param first whether the caller begins its round with this
     */
    void leadsNot(Channel used, boolean first) {
        if (!connection.uses(used)) {
            return;
        }
        connection.broken(Status.UNAVAILABLE);
        if (first) {
            // What was tried long ago may lead by now.
            replicas.anew();
        }
    }

    /** How many there are to try, as DNS knew last. */
    int known() {
        return replicas.known();
    }

    /** A call is over. */
    void ended(Status.Code code) {
        figures.ended(code);
    }

    /** The replica that was asked last; empty before the first call. */
    String peer() {
        return connection.peer();
    }

    Heartbeat heartbeat() {
        return heartbeat;
    }

    void collect(Samples out) {
        figures.collect(out);
    }

    /** Ends what runs and its threads; waits no longer than 400 ms. Idempotent. */
    @Override
    public void close() {
        if (thread.isShutdown()) {
            return;
        }
        try {
            thread.submit(connection::close).get(3 * END_MILLIS, TimeUnit.MILLISECONDS);
            // What came back of the calls until then was handed in before this.
            thread.submit(() -> {}).get(END_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the channel to the leader did not end cleanly", e);
        }
        thread.shutdownNow();
    }
}
