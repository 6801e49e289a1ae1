package io.drover.itests.container;

import java.io.File;
import java.lang.management.ManagementFactory;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Writes the heap to a file, so that a leak can be looked at after the test. */
final class HeapDump {

    private HeapDump() {}

    /** Where it lies, or why there is none. */
    static String write(String name) {
        File file = new File(System.getProperty("karaf.data"), name + ".hprof");
        try {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            server.invoke(
                    new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
                    "dumpHeap",
                    new Object[] {file.getPath(), true},
                    new String[] {String.class.getName(), boolean.class.getName()});
            return "the heap is in " + file;
        } catch (javax.management.JMException e) {
            return "no heap dump: " + e;
        }
    }
}
