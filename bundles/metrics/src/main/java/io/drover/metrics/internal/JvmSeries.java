package io.drover.metrics.internal;

import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.CompilationMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.util.List;

/**
 * The Java virtual machine, read at each scrape and under the names of the Prometheus client's own
 * JVM metrics, so that dashboards for those show ours. Not by that client: some of its collectors
 * listen to the platform's MXBeans for ever and would hold this bundle's classes after an update.
 * Thread states and deadlocks are left out, as they stop all threads to be counted.
 */
final class JvmSeries implements MetricSource {

    private static final Family INFO =
            Family.info("jvm_runtime_info", "The Java runtime.", "version", "vendor", "runtime");

    private static final Family MEMORY_USED =
            Family.gauge("jvm_memory_used_bytes", "Memory in use.", "area");
    private static final Family MEMORY_COMMITTED =
            Family.gauge("jvm_memory_committed_bytes", "Memory that is guaranteed.", "area");
    private static final Family MEMORY_MAX =
            Family.gauge(
                    "jvm_memory_max_bytes", "The most that may be used, -1 unlimited.", "area");

    private static final Family POOL_USED =
            Family.gauge("jvm_memory_pool_used_bytes", "Memory of a pool in use.", "pool");
    private static final Family POOL_COMMITTED =
            Family.gauge("jvm_memory_pool_committed_bytes", "Memory of a pool guaranteed.", "pool");
    private static final Family POOL_MAX =
            Family.gauge("jvm_memory_pool_max_bytes", "The most of a pool, -1 unlimited.", "pool");

    private static final Family BUFFERS_USED =
            Family.gauge(
                    "jvm_buffer_pool_used_bytes", "Memory of buffers outside the heap.", "pool");
    private static final Family BUFFERS_CAPACITY =
            Family.gauge("jvm_buffer_pool_capacity_bytes", "Capacity of those buffers.", "pool");
    private static final Family BUFFERS_COUNT =
            Family.gauge("jvm_buffer_pool_used_buffers", "Number of those buffers.", "pool");

    /** One bucket: the count and the sum are what the platform tells without being listened to. */
    private static final Family COLLECTIONS =
            Family.histogram(
                    "jvm_gc_collection_seconds",
                    "Time spent in garbage collections.",
                    List.of(),
                    "gc");

    private static final Family CLASSES =
            Family.gauge("jvm_classes_currently_loaded", "Classes loaded now.");
    private static final Family CLASSES_LOADED =
            Family.counter("jvm_classes_loaded_total", "Classes loaded since the start.");
    private static final Family CLASSES_UNLOADED =
            Family.counter("jvm_classes_unloaded_total", "Classes unloaded since the start.");
    private static final Family COMPILATION =
            Family.counter(
                    "jvm_compilation_time_seconds_total", "Time spent compiling, all threads.");

    private static final Family THREADS = Family.gauge("jvm_threads_current", "Live threads.");
    private static final Family THREADS_DAEMON =
            Family.gauge("jvm_threads_daemon", "Live daemon threads.");
    private static final Family THREADS_PEAK =
            Family.gauge("jvm_threads_peak", "Most live threads since the start.");
    private static final Family THREADS_STARTED =
            Family.counter("jvm_threads_started_total", "Threads started since the start.");

    @Override
    public List<Family> families() {
        return List.of(
                INFO,
                MEMORY_USED,
                MEMORY_COMMITTED,
                MEMORY_MAX,
                POOL_USED,
                POOL_COMMITTED,
                POOL_MAX,
                BUFFERS_USED,
                BUFFERS_CAPACITY,
                BUFFERS_COUNT,
                COLLECTIONS,
                CLASSES,
                CLASSES_LOADED,
                CLASSES_UNLOADED,
                COMPILATION,
                THREADS,
                THREADS_DAEMON,
                THREADS_PEAK,
                THREADS_STARTED);
    }

    @Override
    public void collect(Samples out) {
        out.add(
                INFO,
                1,
                System.getProperty("java.runtime.version", "unknown"),
                System.getProperty("java.vm.vendor", "unknown"),
                System.getProperty("java.runtime.name", "unknown"));
        memory(out);
        buffers(out);
        collections(out);
        classes(out);
        threads(out);
    }

    private static void memory(Samples out) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        area(out, memory.getHeapMemoryUsage(), "heap");
        area(out, memory.getNonHeapMemoryUsage(), "nonheap");
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage usage = pool.getUsage();
            if (usage != null) {
                out.add(POOL_USED, usage.getUsed(), pool.getName());
                out.add(POOL_COMMITTED, usage.getCommitted(), pool.getName());
                out.add(POOL_MAX, usage.getMax(), pool.getName());
            }
        }
    }

    private static void area(Samples out, MemoryUsage usage, String area) {
        out.add(MEMORY_USED, usage.getUsed(), area);
        out.add(MEMORY_COMMITTED, usage.getCommitted(), area);
        out.add(MEMORY_MAX, usage.getMax(), area);
    }

    private static void buffers(Samples out) {
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            out.add(BUFFERS_USED, pool.getMemoryUsed(), pool.getName());
            out.add(BUFFERS_CAPACITY, pool.getTotalCapacity(), pool.getName());
            out.add(BUFFERS_COUNT, pool.getCount(), pool.getName());
        }
    }

    private static void collections(Samples out) {
        for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
            long[] count = {Math.max(0, gc.getCollectionCount())};
            out.histogram(COLLECTIONS, count, gc.getCollectionTime() / 1e3, gc.getName());
        }
    }

    private static void classes(Samples out) {
        ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
        out.add(CLASSES, classes.getLoadedClassCount());
        out.add(CLASSES_LOADED, classes.getTotalLoadedClassCount());
        out.add(CLASSES_UNLOADED, classes.getUnloadedClassCount());
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        if (compiler != null && compiler.isCompilationTimeMonitoringSupported()) {
            out.add(COMPILATION, compiler.getTotalCompilationTime() / 1e3);
        }
    }

    private static void threads(Samples out) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        out.add(THREADS, threads.getThreadCount());
        out.add(THREADS_DAEMON, threads.getDaemonThreadCount());
        out.add(THREADS_PEAK, threads.getPeakThreadCount());
        out.add(THREADS_STARTED, threads.getTotalStartedThreadCount());
    }
}
