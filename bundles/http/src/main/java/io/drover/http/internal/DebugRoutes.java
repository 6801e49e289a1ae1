package io.drover.http.internal;

import io.drover.api.http.Endpoint;
import io.drover.api.http.RateClass;
import io.drover.api.http.Reply;
import io.drover.api.http.Route;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadInfo;
import java.util.List;
import java.util.function.Supplier;

/** Pages for whoever looks for a fault in the running process; for clients of this host alone. */
final class DebugRoutes {

    private static final String INDEX =
            """
            /debug/threads   every thread with its stack
            /debug/vars      memory, garbage collection, classes, threads (JSON)
            /debug/http      the HTTP server's own state
            """;

    private final Supplier<String> serverState;

    /**
     * @param serverState what the server tells of itself
     */
    DebugRoutes(Supplier<String> serverState) {
        this.serverState = serverState;
    }

    List<Route> routes() {
        return List.of(
                page("/debug", "Which debug pages there are.", () -> Reply.text(INDEX)),
                page("/debug/threads", "Every thread with its stack.", DebugRoutes::threads),
                page("/debug/vars", "Figures of the process.", DebugRoutes::vars),
                page(
                        "/debug/http",
                        "The HTTP server's own state.",
                        () -> Reply.text(serverState.get())));
    }

    private static Route page(String path, String summary, Supplier<Reply> reply) {
        return Route.open(Endpoint.METRICS, path, summary, request -> reply.get())
                .rated(RateClass.HEAVY);
    }

    private static Reply threads() {
        StringBuilder text = new StringBuilder(32_768);
        for (ThreadInfo thread :
                ManagementFactory.getThreadMXBean().dumpAllThreads(true, true, 64)) {
            text.append('"').append(thread.getThreadName()).append("\" ");
            text.append(thread.getThreadState());
            if (thread.getLockName() != null) {
                text.append(" on ").append(thread.getLockName());
            }
            if (thread.getLockOwnerName() != null) {
                text.append(" of \"").append(thread.getLockOwnerName()).append('"');
            }
            text.append('\n');
            for (StackTraceElement frame : thread.getStackTrace()) {
                text.append("    at ").append(frame).append('\n');
            }
            text.append('\n');
        }
        return Reply.text(text.toString());
    }

    private static Reply vars() {
        return Reply.json(
                json -> {
                    json.object();
                    json.name("memory").object();
                    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
                        MemoryUsage usage = pool.getUsage();
                        json.name(pool.getName())
                                .object()
                                .field("used_bytes", usage.getUsed())
                                .field("committed_bytes", usage.getCommitted())
                                .field("max_bytes", usage.getMax())
                                .end();
                    }
                    json.end().name("collectors").object();
                    for (GarbageCollectorMXBean collector :
                            ManagementFactory.getGarbageCollectorMXBeans()) {
                        json.name(collector.getName())
                                .object()
                                .field("collections", collector.getCollectionCount())
                                .field("seconds", collector.getCollectionTime() / 1e3)
                                .end();
                    }
                    json.end();
                    json.field(
                            "classes",
                            ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
                    json.field("threads", ManagementFactory.getThreadMXBean().getThreadCount());
                    json.field(
                            "uptime_seconds",
                            ManagementFactory.getRuntimeMXBean().getUptime() / 1e3);
                    json.field("options", ManagementFactory.getRuntimeMXBean().getInputArguments());
                    json.end();
                });
    }
}
