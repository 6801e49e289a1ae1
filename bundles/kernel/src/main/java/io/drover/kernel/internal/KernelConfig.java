package io.drover.kernel.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
        id = KernelComponent.PID,
        name = "Drover: kernel",
        description = "Sockets and native calls.")
@interface KernelConfig {

    @AttributeDefinition(
            description =
                    "How many netlink sockets may be open at once, parked ones counted, in sockets.",
            min = "1",
            max = "1024")
    int sockets_max() default 16;

    @AttributeDefinition(
            description =
                    "How long a socket whose owner is being replaced is held open for its next owner, in milliseconds.",
            min = "100",
            max = "600000")
    long parked_max_ms() default 10_000;

    @AttributeDefinition(
            description =
                    "Folder in which the native library is unpacked for loading, a path on a file system without noexec."
                            + " Empty: the home's run folder, else the bundle's own storage, else the JVM's temporary folder.")
    String library_folder() default "";
}
