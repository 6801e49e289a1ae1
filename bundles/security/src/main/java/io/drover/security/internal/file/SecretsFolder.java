package io.drover.security.internal.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of the secrets: 0700, each file whole or not there. All writes happen under {@link
 * #lock}; reads need none.
 */
public final class SecretsFolder {

    private static final Logger LOG = LoggerFactory.getLogger(SecretsFolder.class);

    private static final Set<PosixFilePermission> FOLDER_MODE =
            PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> SECRET =
            PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> PUBLIC =
            PosixFilePermissions.fromString("rw-r--r--");

    /** No secret is near this size; a wrong file is not read into memory. */
    private static final int FILE_BYTES_MAX = 64 * 1024;

    private static final String TEMPORARY = ".tmp";

    private final Path path;
    private final FileRights rights;

    private SecretsFolder(Path path, FileRights rights) {
        this.path = path;
        this.rights = rights;
    }

    /** Opens the folder, and makes it if it is not there. */
    public static SecretsFolder open(Path path) throws IOException, UnsafeException {
        FileRights rights = FileRights.ofThisProcess();
        Files.createDirectories(path.getParent());
        try {
            Files.createDirectory(path, PosixFilePermissions.asFileAttribute(FOLDER_MODE));
        } catch (FileAlreadyExistsException e) {
            rights.refuseForeign(path);
            if (!Files.getPosixFilePermissions(path).equals(FOLDER_MODE)) {
                LOG.warn("folder of secrets was open to others, closing it: path={}", path);
                Files.setPosixFilePermissions(path, FOLDER_MODE);
            }
        }
        return new SecretsFolder(path, rights);
    }

    /** Where the file lies. */
    public Path resolve(String name) {
        return path.resolve(name);
    }

    /** Whether there is anything of that name, a dangling link too. */
    public boolean has(String name) {
        return Files.exists(resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    /** Keeps other starters out until closed. What a crash left half done is gone afterwards. */
    public Closeable lock() throws IOException, UnsafeException {
        Closeable lock = FolderLock.take(resolve(".lock"));
        try {
            removeLeftovers();
        } catch (IOException e) {
            lock.close();
            throw e;
        }
        return lock;
    }

    /** The bytes of a file that nobody but this user can read. */
    public byte[] readSecret(String name) throws IOException, UnsafeException {
        Path file = resolve(name);
        rights.refuseForeign(file);
        rights.refuseReadable(file);
        return bytes(file);
    }

    /** The bytes of a file that nobody but this user can write. */
    public byte[] readPublic(String name) throws IOException, UnsafeException {
        Path file = resolve(name);
        rights.refuseForeign(file);
        rights.refuseWritable(file);
        return bytes(file);
    }

    /** The bytes of a file that was put somewhere else by this user or by root. */
    public byte[] readPlaced(Path file) throws IOException, UnsafeException {
        Path real = file.toRealPath();
        rights.refuseUntrusted(real);
        rights.refuseWritable(real);
        return bytes(real);
    }

    /** Makes a secret file, whole and on disk, unless there is one of that name. */
    public void createSecret(String name, byte[] content) throws IOException {
        Path temporary = write(name, content, SECRET);
        try {
            link(temporary, resolve(name));
        } finally {
            Files.deleteIfExists(temporary);
        }
        syncFolder();
    }

    /** Makes or replaces a secret file in one step. */
    public void replaceSecret(String name, byte[] content) throws IOException {
        replace(name, content, SECRET);
    }

    /** Makes or replaces a file without secrets in one step. */
    public void replacePublic(String name, byte[] content) throws IOException {
        replace(name, content, PUBLIC);
    }

    /** Takes a file away, if it is there. */
    public void remove(String name) throws IOException {
        Files.deleteIfExists(resolve(name));
    }

    private void replace(String name, byte[] content, Set<PosixFilePermission> mode)
            throws IOException {
        Path temporary = write(name, content, mode);
        Files.move(
                temporary,
                resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        syncFolder();
    }

    private Path write(String name, byte[] content, Set<PosixFilePermission> mode)
            throws IOException {
        Path temporary = resolve("." + name + "." + UUID.randomUUID() + TEMPORARY);
        Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        FileAttribute<?> attribute = PosixFilePermissions.asFileAttribute(mode);
        try (FileChannel channel = FileChannel.open(temporary, options, attribute)) {
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
        return temporary;
    }

    /** A link never replaces; where the file system has none, the lock keeps others out. */
    private static void link(Path temporary, Path target) throws IOException {
        try {
            Files.createLink(target, temporary);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void removeLeftovers() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(path, ".*" + TEMPORARY)) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void syncFolder() throws IOException {
        try (FileChannel channel = FileChannel.open(path, EnumSet.of(StandardOpenOption.READ))) {
            channel.force(true);
        }
    }

    private static byte[] bytes(Path file) throws IOException, UnsafeException {
        if (Files.size(file) > FILE_BYTES_MAX) {
            throw new UnsafeException(
                    file + " is longer than " + FILE_BYTES_MAX + " bytes",
                    "put the right file there, or remove it");
        }
        return Files.readAllBytes(file);
    }
}
