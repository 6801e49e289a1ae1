package io.drover.core.internal.coredump;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * Whether the JVM writes its heap when it runs out of it: two flags of HotSpot that may be changed
 * while it runs. For one thread.
 */
final class HeapDumps {

    private static final String FLAG = "HeapDumpOnOutOfMemoryError";
    private static final String PATH = "HeapDumpPath";

    /**
     * @param file must not exist: the JVM replaces none
     */
    void allow(Path file) {
        HotSpotDiagnosticMXBean jvm = jvm();
        if (!jvm.getVMOption(PATH).getValue().equals(file.toString())) {
            jvm.setVMOption(PATH, file.toString());
        }
        set(jvm, true);
    }

    void forbid() {
        set(jvm(), false);
    }

    private static void set(HotSpotDiagnosticMXBean jvm, boolean on) {
        String value = Boolean.toString(on);
        if (!jvm.getVMOption(FLAG).getValue().equals(value)) {
            jvm.setVMOption(FLAG, value);
        }
    }

    private static HotSpotDiagnosticMXBean jvm() {
        return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    }
}
