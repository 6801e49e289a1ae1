package io.drover.core.internal;

import io.drover.api.net.Listening.Bound;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code run/ports.json}: which listener got which port, one listener a line, for scripts and for
 * the verbs of ./drover. Safe for use by many threads.
 */
final class PortsFile {

    private final Path file;
    private String written = "";
    private boolean deleted;

    PortsFile(Path runFolder) {
        this.file = runFolder.resolve("ports.json");
    }

    /**
     * Writes the file anew if it would differ. A reader sees the old file or the new one, never a
     * part.
     */
    synchronized void update(List<Bound> bound) throws IOException {
        String text = render(bound);
        if (deleted || text.equals(written)) {
            return;
        }
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling("ports.json.new");
        Files.writeString(fresh, text);
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        written = text;
    }

    /**
     * Takes it away for good: what it says is true of a running process alone. A look that is still
     * under way cannot bring it back.
     */
    synchronized void delete() throws IOException {
        deleted = true;
        Files.deleteIfExists(file);
    }

    static String render(List<Bound> bound) {
        return bound.stream()
                .filter(listener -> !listener.addresses().isEmpty())
                .map(PortsFile::line)
                .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
    }

    private static String line(Bound listener) {
        String addresses =
                listener.addresses().stream()
                        .map(address -> '"' + hostOf(address) + '"')
                        .collect(Collectors.joining(", ", "[", "]"));
        int port = listener.addresses().get(0).getPort();
        return "  \""
                + listener.name()
                + "\": {\"protocol\": \""
                + listener.protocol()
                + "\", \"port\": "
                + port
                + ", \"addresses\": "
                + addresses
                + "}";
    }

    private static String hostOf(InetSocketAddress address) {
        return address.getAddress().getHostAddress();
    }
}
