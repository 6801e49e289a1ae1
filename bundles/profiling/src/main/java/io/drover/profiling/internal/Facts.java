package io.drover.profiling.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the agent says of itself with each upload. */
final class Facts {

    private static final Path HOST = Path.of("/proc/sys/kernel/hostname");

    private Facts() {}

    /**
     * Tags, {@code name:value}.
     *
     * @param version of Drover
     */
    static List<String> ofProcess(String version) {
        return List.of(
                "version:" + version,
                "host:" + host(),
                "language:jvm",
                "runtime_version:" + Runtime.version().toString(),
                "process_id:" + ProcessHandle.current().pid());
    }

    /** Not by a look-up, which may take seconds. */
    private static String host() {
        try {
            return Files.readString(HOST).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }
}
