package io.drover.core.internal;

import io.drover.api.agent.Agent;
import io.drover.api.agent.Home;
import io.drover.api.diagnosis.Suite;
import io.drover.api.intake.Intake;
import io.drover.api.kernel.ProcessLimits;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.Samples;
import io.drover.api.secret.Secrets;
import io.drover.api.status.Step;
import io.drover.core.internal.apikey.ApiKeys;
import io.drover.core.internal.apikey.HttpConnections;
import io.drover.core.internal.coredump.CoreDumpSuite;
import io.drover.core.internal.coredump.CoreDumps;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wires {@link CoreDumps} and {@link ApiKeys} to OSGi. Both may block on disks and on the network,
 * so they have a thread of their own, {@code drover-core-upkeep}.
 */
final class Upkeep implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final Family CORE_LIMIT =
            Family.gauge(
                    "drover_core_dump_limit_bytes",
                    "What the kernel lets a core of this process take; 0 and 1 for none.");
    private static final Family EXPIRED =
            Family.counter(
                    "drover_core_crash_files_expired_total", "Crash files removed for their age.");
    private static final Family KEY =
            Family.gauge(
                    "drover_core_api_key_state",
                    "1 for the state that the API key is in, 0 for the others.",
                    "state");

    /**
     * Set once the start is over, for the life of the process: this bundle may be replaced and its
     * configuration may change, and neither is a start that a missing key should end.
     */
    private static final String STARTED = "drover.started";

    private final Agent agent;
    private final CoreDumps dumps;
    private final ApiKeys keys;
    private final HttpConnections connections;
    private final ScheduledThreadPoolExecutor thread;
    private final Follower<ProcessLimits> limits;
    private final Follower<Secrets> secrets;
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

    Upkeep(BundleContext context, UpkeepSettings settings, Agent agent, Home home, Clock clock) {
        thread = new ScheduledThreadPoolExecutor(1, Upkeep::thread);
        Agent.Identity identity = agent.identity();
        dumps =
                new CoreDumps(
                        settings.coreDumps(), home, identity.pid(), identity.startedAt(), clock);
        connections =
                new HttpConnections(settings.apiKey().proxy(), "drover/" + identity.version());
        keys = new ApiKeys(settings.apiKey(), connections, Upkeep::everStarted, clock);
        this.agent = agent;
        limits =
                new Follower<>(
                        context,
                        CoreComponent.filter(context, ProcessLimits.class, ""),
                        this::use,
                        dumps::lose);
        secrets =
                new Follower<>(
                        context,
                        CoreComponent.filter(context, Secrets.class, ""),
                        keys::use,
                        keys::lose);
        thread.execute(limits::open);
        thread.execute(secrets::open);
        long dumpMillis = settings.coreDumps().interval().toMillis();
        thread.scheduleWithFixedDelay(this::lookAtDumps, 0, dumpMillis, TimeUnit.MILLISECONDS);
        long keyMillis = settings.keyPoll().toMillis();
        thread.scheduleWithFixedDelay(
                this::lookAtKeys, keyMillis, keyMillis, TimeUnit.MILLISECONDS);
        registrations.add(context.registerService(Intake.class, keys, null));
        registrations.add(context.registerService(Suite.class, new CoreDumpSuite(dumps), null));
    }

    @SuppressWarnings("removal")
    private static Thread thread(Runnable task) {
        return AccessController.doPrivileged(
                (PrivilegedAction<Thread>)
                        () -> new Thread(null, task, "drover-core-upkeep", 0, false));
    }

    private void use(ProcessLimits kernel) {
        dumps.use(kernel);
        thread.execute(this::lookAtDumps);
    }

    /** The outermost frame of a task that would never run again if it threw. */
    private void lookAtDumps() {
        try {
            dumps.look();
        } catch (RuntimeException e) {
            LOG.error("a look at core dumps failed", e);
        }
    }

    private static boolean everStarted() {
        return Boolean.getBoolean(STARTED);
    }

    private void lookAtKeys() {
        try {
            if (agent.started()) {
                System.setProperty(STARTED, "true");
            }
            keys.look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("a look at the API key failed", e);
        }
    }

    List<Step> steps() {
        return List.of(dumps.step(), keys.step());
    }

    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>(dumps.facts());
        facts.putAll(keys.facts());
        return facts;
    }

    List<Family> families() {
        List<Family> families = new ArrayList<>(List.of(CORE_LIMIT, EXPIRED, KEY));
        families.addAll(keys.counts().families());
        return families;
    }

    void collect(Samples out) {
        dumps.limitBytes().ifPresent(bytes -> out.add(CORE_LIMIT, bytes));
        out.add(EXPIRED, dumps.expired());
        for (String state : ApiKeys.states()) {
            out.add(KEY, state.equals(keys.word()) ? 1 : 0, state);
        }
        keys.counts().collect(out);
    }

    /** The process ends in order, or this bundle is replaced. */
    @Override
    public void close() {
        registrations.forEach(ServiceRegistration::unregister);
        thread.shutdownNow();
        limits.close();
        secrets.close();
        connections.close();
        dumps.end();
    }
}
