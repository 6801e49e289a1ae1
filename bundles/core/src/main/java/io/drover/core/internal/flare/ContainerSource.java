package io.drover.core.internal.flare;

import io.drover.api.flare.FlareFiles;
import io.drover.api.flare.FlareSource;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Bundles, components, threads and the JVM. */
public final class ContainerSource implements FlareSource {

    private final BundleContext context;
    private final ServiceComponentRuntime components;

    public ContainerSource(BundleContext context, ServiceComponentRuntime components) {
        this.context = context;
        this.components = components;
    }

    @Override
    public String name() {
        return "container";
    }

    @Override
    public void write(FlareFiles files) throws IOException {
        // What helps most first: whatever comes later may hang.
        files.text("threads.txt", threads(ManagementFactory.getThreadMXBean()));
        files.text("jvm.txt", jvm());
        files.text("environment.txt", lines(System.getenv()));
        files.text("properties.txt", lines(System.getProperties()));
        files.text("bundles.txt", bundles());
        files.text("components.txt", components());
    }

    /** Every thread with its whole stack and its locks, the deadlocked ones named first. */
    static String threads(ThreadMXBean bean) {
        StringBuilder text = new StringBuilder(64 << 10);
        long[] deadlocked = bean.findDeadlockedThreads();
        if (deadlocked != null) {
            text.append("DEADLOCK of the threads ");
            for (long id : deadlocked) {
                text.append(id).append(' ');
            }
            text.append("\n\n");
        }
        for (ThreadInfo thread : bean.dumpAllThreads(true, true)) {
            text.append(
                    "\"%s\" id=%d state=%s cpu=%d ms%s%n"
                            .formatted(
                                    thread.getThreadName(),
                                    thread.getThreadId(),
                                    thread.getThreadState(),
                                    bean.getThreadCpuTime(thread.getThreadId()) / 1_000_000,
                                    thread.getLockName() == null
                                            ? ""
                                            : " on "
                                                    + thread.getLockName()
                                                    + (thread.getLockOwnerName() == null
                                                            ? ""
                                                            : " held by "
                                                                    + thread.getLockOwnerName())));
            for (StackTraceElement frame : thread.getStackTrace()) {
                text.append("    at ").append(frame).append('\n');
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String jvm() {
        RuntimeMXBean jvm = ManagementFactory.getRuntimeMXBean();
        StringBuilder text = new StringBuilder(4096);
        text.append(jvm.getVmName()).append(' ').append(Runtime.version()).append('\n');
        text.append("up for ").append(jvm.getUptime()).append(" ms\n");
        jvm.getInputArguments().forEach(word -> text.append(word).append('\n'));
        text.append("heap ").append(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage());
        text.append('\n');
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            text.append(pool.getName()).append(": ").append(pool.getUsage()).append('\n');
        }
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            text.append(
                    "%s: %d collections, %d ms%n"
                            .formatted(
                                    collector.getName(),
                                    collector.getCollectionCount(),
                                    collector.getCollectionTime()));
        }
        return text.toString();
    }

    private static String lines(Map<?, ?> values) {
        Map<String, String> sorted = new TreeMap<>();
        values.forEach((name, value) -> sorted.put(name.toString(), String.valueOf(value)));
        StringBuilder text = new StringBuilder(4096);
        sorted.forEach(
                (name, value) ->
                        text.append(name)
                                .append('=')
                                .append(value.replace("\n", "\\n"))
                                .append('\n'));
        return text.toString();
    }

    private String bundles() {
        StringBuilder text = new StringBuilder(16 << 10);
        for (Bundle bundle : context.getBundles()) {
            Version version = bundle.getVersion();
            text.append(
                    "%4d %-11s %s %s%n"
                            .formatted(
                                    bundle.getBundleId(),
                                    word(bundle.getState()),
                                    bundle.getSymbolicName(),
                                    version));
        }
        return text.toString();
    }

    private static String word(int state) {
        return switch (state) {
            case Bundle.ACTIVE -> "active";
            case Bundle.RESOLVED -> "resolved";
            case Bundle.INSTALLED -> "installed";
            case Bundle.STARTING -> "starting";
            case Bundle.STOPPING -> "stopping";
            default -> "uninstalled";
        };
    }

    private String components() {
        StringBuilder text = new StringBuilder(8192);
        for (ComponentDescriptionDTO description : components.getComponentDescriptionDTOs()) {
            for (ComponentConfigurationDTO component :
                    components.getComponentConfigurationDTOs(description)) {
                text.append(description.name).append(": ").append(word(component)).append('\n');
            }
        }
        return text.toString();
    }

    private static String word(ComponentConfigurationDTO component) {
        return switch (component.state) {
            case ComponentConfigurationDTO.ACTIVE -> "active";
            case ComponentConfigurationDTO.SATISFIED -> "satisfied, not asked for yet";
            case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION -> "waits for configuration";
            case ComponentConfigurationDTO.FAILED_ACTIVATION -> "failed: " + component.failure;
            default -> {
                StringBuilder text = new StringBuilder("waits for");
                for (UnsatisfiedReferenceDTO reference : component.unsatisfiedReferences) {
                    text.append(' ').append(reference.name);
                }
                yield text.toString();
            }
        };
    }
}
