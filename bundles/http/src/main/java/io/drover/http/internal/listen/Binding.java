package io.drover.http.internal.listen;

import io.drover.api.http.Endpoint;
import java.net.InetAddress;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where one listener is to listen: on TCP, or on a Unix socket.
 *
 * @param port 0 for any free one
 * @param encryption of its connections
 * @param file the Unix socket; then there are no addresses
 */
public record Binding(
        Endpoint endpoint,
        List<InetAddress> addresses,
        int port,
        Encryption encryption,
        Optional<SocketFile> file) {

    /**
     * A Unix socket.
     *
     * @param path absolute
     * @param rights of the file
     */
    public record SocketFile(Path path, Set<PosixFilePermission> rights) {
        public SocketFile {
            rights = Set.copyOf(rights);
        }
    }

    public Binding {
        addresses = List.copyOf(addresses);
    }

    /** On TCP. */
    public static Binding tcp(
            Endpoint endpoint, List<InetAddress> addresses, int port, Encryption encryption) {
        return new Binding(endpoint, addresses, port, encryption, Optional.empty());
    }

    /** On a Unix socket, which the rights of its file protect. */
    public static Binding unix(Endpoint endpoint, SocketFile file) {
        return new Binding(endpoint, List.of(), 0, Encryption.NONE, Optional.of(file));
    }

    /** Whether TLS is spoken there. */
    public boolean tls() {
        return encryption != Encryption.NONE;
    }

    /** An endpoint's name in the configuration, in series and for connectors: {@code api}. */
    public static String word(Endpoint endpoint) {
        return endpoint.name().toLowerCase(Locale.ROOT);
    }

    /** The listener's own name: {@code api}, {@code api-socket}. */
    public String word() {
        return file.isPresent() ? word(endpoint) + "-socket" : word(endpoint);
    }

    /** As people find it in the configuration: {@code http.api_port}, {@code http.api_socket}. */
    public String portKey() {
        return "http." + word(endpoint) + (file.isPresent() ? "_socket" : "_port");
    }

    /** As people find it in the configuration: {@code http.api_bind}. */
    public String bindKey() {
        return "http." + word(endpoint) + "_bind";
    }

    /** Whether nobody outside of this host can reach it. */
    public boolean loopbackOnly() {
        return loopbackOnly(addresses);
    }

    public static boolean loopbackOnly(List<InetAddress> addresses) {
        return addresses.stream().allMatch(InetAddress::isLoopbackAddress);
    }

    /** Whether both want one and the same address. */
    public boolean overlaps(Binding other) {
        return addresses.stream()
                .anyMatch(
                        one ->
                                other.addresses.stream()
                                        .anyMatch(
                                                two ->
                                                        one.equals(two)
                                                                || one.isAnyLocalAddress()
                                                                || two.isAnyLocalAddress()));
    }
}
