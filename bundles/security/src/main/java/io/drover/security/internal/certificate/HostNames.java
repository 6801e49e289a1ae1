package io.drover.security.internal.certificate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this host is reached by. Asks the kernel, never a name server. */
public final class HostNames {

    private static final Logger LOG = LoggerFactory.getLogger(HostNames.class);
    private static final Path HOSTNAME = Path.of("/proc/sys/kernel/hostname");

    private HostNames() {}

    /** Loopback by name and address, the host's own name, and {@code extra}. */
    public static Set<SubjectName> with(Set<SubjectName> extra) {
        Set<SubjectName> names = new LinkedHashSet<>();
        Stream.of("localhost", "127.0.0.1", "::1")
                .forEach(text -> SubjectName.parse(text).ifPresent(names::add));
        SubjectName.parse(kernelName()).ifPresent(names::add);
        names.addAll(extra);
        return names;
    }

    private static String kernelName() {
        try {
            return Files.readString(HOSTNAME);
        } catch (IOException e) {
            LOG.warn("the host's name is not in the certificate: {}", e.toString());
            return "";
        }
    }
}
