package io.drover.http.internal.listen;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The file of a Unix socket, from which its rights come. The socket is made inside of a folder that
 * only this user may enter, gets its rights there and is moved to its place then: at no moment
 * anybody else may connect. Used by the thread of the listeners.
 */
final class UnixSocket {

    private static final Set<PosixFilePermission> ONLY_US =
            PosixFilePermissions.fromString("rwx------");

    private final Path path;
    private final Set<PosixFilePermission> rights;
    private Path folder;

    UnixSocket(Path path, Set<PosixFilePermission> rights) {
        this.path = path;
        this.rights = rights;
    }

    Path path() {
        return path;
    }

    /**
     * Makes the place where the socket is to be bound. A file of a server that is no more is taken
     * away; one that somebody answers on, or that is no socket, is not.
     *
     * @return where to bind
     */
    Path prepare() throws BindFailure {
        try {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                clearStale();
            }
            Files.createDirectories(path.getParent());
            folder =
                    Files.createTempDirectory(
                            path.getParent(), ".s", PosixFilePermissions.asFileAttribute(ONLY_US));
            return folder.resolve("s");
        } catch (AccessDeniedException e) {
            throw new BindFailure(BindFailure.Kind.DENIED, path, e);
        } catch (IOException e) {
            throw new BindFailure(BindFailure.Kind.OTHER, path, e);
        }
    }

    private void clearStale() throws BindFailure, IOException {
        Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if (((int) mode & 0170000) != 0140000) {
            throw new BindFailure(
                    BindFailure.Kind.OTHER, path, new BindException("the file there is no socket"));
        }
        try (SocketChannel other = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.connect(UnixDomainSocketAddress.of(path));
            String owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
            throw new BindFailure(
                    BindFailure.Kind.TAKEN,
                    path,
                    new BindException("a process of the user " + owner));
        } catch (ConnectException e) {
            // Nobody is behind it: a former run was ended before it could tidy up.
            Files.delete(path);
        }
    }

    /** Shows the bound socket to others. */
    void show() throws IOException {
        Path bound = folder.resolve("s");
        Files.setPosixFilePermissions(bound, rights);
        Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(folder);
        folder = null;
    }

    /** Takes the file away. */
    void remove() throws IOException {
        if (folder != null) {
            Files.deleteIfExists(folder.resolve("s"));
            Files.deleteIfExists(folder);
        } else {
            Files.deleteIfExists(path);
        }
    }
}
