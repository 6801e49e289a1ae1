package io.drover.kernel.internal;

import io.drover.api.agent.Home;
import io.drover.api.kernel.Netlink;
import io.drover.api.kernel.ProcessLimits;
import io.drover.api.kernel.UnixDatagrams;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.api.status.Subsystem;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads JNA and offers {@link Netlink}, {@link ProcessLimits} and {@link UnixDatagrams} as soon as
 * that is done. All of its life happens on its one thread, in order; the status is read by any.
 */
@Component(
        configurationPid = KernelComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true,
        service = {Subsystem.class, MetricSource.class})
@Designate(ocd = KernelConfig.class)
public final class KernelComponent implements Subsystem, MetricSource {

    static final String PID = "io.drover.kernel";

    private static final Logger log = LoggerFactory.getLogger(KernelComponent.class);
    private static final Duration RETRY = Duration.ofSeconds(10);
    private static final Duration LEAVE_BOUND = Duration.ofMillis(300);
    private static final long STOP_BOUND_MILLIS = 450;

    private final BundleContext context;
    private final Settings settings;
    private final Clock clock = Clock.systemUTC();
    private final ScheduledThreadPoolExecutor thread;
    private volatile Status status;
    private volatile NetlinkSockets sockets;
    private volatile boolean stopping;
    private NativeCalls calls;
    private final ProcessCalls process = new ProcessCalls();
    private final List<ServiceRegistration<?>> offers = new ArrayList<>();

    @Activate
    public KernelComponent(BundleContext context, KernelConfig config) {
        this.context = context;
        this.settings = Settings.from(config);
        this.status = Status.starting(clock.instant());
        this.thread =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread made = new Thread(task, "drover-kernel");
                            made.setDaemon(true);
                            return made;
                        });
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.execute(this::load);
    }

    private void load() {
        try {
            calls = NativeCalls.load(folders());
            sockets = new NetlinkSockets(settings.socketsMax(), settings.parkedMax(), thread);
            if (!stopping) {
                offers.add(context.registerService(Netlink.class, sockets, null));
                offers.add(context.registerService(ProcessLimits.class, process, null));
                offers.add(context.registerService(UnixDatagrams.class, process, null));
                status = status.toActive(clock.instant());
            }
        } catch (IOException e) {
            log.warn("native library not loaded, trying again: in={}", RETRY, e);
            status =
                    status.toDegraded(
                            e.getMessage(),
                            "set kernel.library_folder to a folder on a file system without noexec",
                            clock.instant());
            retry();
        } catch (LinkageError e) {
            log.error("native library refused by this machine", e);
            status =
                    status.toFailed(
                            "JNA's native library does not run here: " + e.getMessage(),
                            "needs Linux on x86-64 or aarch64 with glibc",
                            clock.instant());
        } catch (IllegalStateException e) {
            // The bundle was stopped between the check and the registration; unload() follows.
            log.debug("stopped while starting", e);
        }
    }

    private void retry() {
        if (!stopping) {
            thread.schedule(
                    () -> {
                        status = status.toStarting(clock.instant());
                        load();
                    },
                    RETRY.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        settings.libraryFolder().ifPresent(folders::add);
        folders.add(Home.ofProcess().run());
        File ofBundle = context.getDataFile("");
        if (ofBundle != null) {
            folders.add(ofBundle.toPath());
        }
        folders.add(Path.of(System.getProperty("java.io.tmpdir")));
        return folders;
    }

    @Deactivate
    void stop() {
        stopping = true;
        Future<?> unloaded = thread.submit(this::unload);
        try {
            unloaded.get(STOP_BOUND_MILLIS, TimeUnit.MILLISECONDS);
            thread.awaitTermination(50, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.warn("native calls not left in time, going on: bound_ms={}", STOP_BOUND_MILLIS);
        } catch (ExecutionException e) {
            log.error("native library not unloaded", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sockets first: their owners learn of the end before the service goes, and park no more. */
    private void unload() {
        try {
            boolean left = sockets == null || sockets.stop(LEAVE_BOUND);
            withdraw();
            left &= process.stop(LEAVE_BOUND);
            if (!left) {
                // Unbinding a function under a thread that is in it would end the process.
                log.warn("a thread is still in a native call, its library stays loaded");
            } else if (calls != null) {
                calls.close();
            }
        } finally {
            thread.shutdown();
        }
    }

    private void withdraw() {
        try {
            offers.forEach(ServiceRegistration::unregister);
        } catch (IllegalStateException e) {
            log.debug("the framework has withdrawn the service already", e);
        }
    }

    @Override
    public String name() {
        return "kernel";
    }

    @Override
    public List<Step> steps() {
        return List.of(Step.optional("native", "Native calls (JNA)", status));
    }

    @Override
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        NetlinkSockets now = sockets;
        if (now != null) {
            facts.put("sockets_owned", now.ownedNow());
            facts.put("sockets_parked", now.parkedNow());
        }
        facts.put("sockets_max", settings.socketsMax());
        return facts;
    }

    @Override
    public List<Family> families() {
        return KernelMetrics.FAMILIES;
    }

    @Override
    public void collect(Samples out) {
        NetlinkSockets now = sockets;
        if (now != null) {
            KernelMetrics.collect(now, out);
        }
    }
}
