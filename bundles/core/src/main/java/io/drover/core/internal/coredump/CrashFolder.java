package io.drover.core.internal.coredump;

import io.drover.core.internal.coredump.Evidence.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where crashes of the agent leave their files: the folder {@code crash} of the home, and where the
 * kernel's pattern sends cores if that is elsewhere. Only in the home anything is removed, and only
 * regular files that a crash of ours is known to leave. For one thread.
 */
final class CrashFolder {

    private static final Pattern JVM_ERROR = Pattern.compile("hs_err_(pid)?\\d+\\.log");
    private static final Pattern RECORDING = Pattern.compile("hs_(err|oom|soe)_pid\\d+\\.jfr");
    private static final Pattern HEAP_DUMP = Pattern.compile("heap-\\d+-\\d+\\.hprof");

    private static final int ELF_TYPE_AT = 16;
    private static final int ET_CORE = 4;

    private final Path folder;

    /**
     * @param folder in the home
     */
    CrashFolder(Path folder) {
        this.folder = folder;
    }

    Path path() {
        return folder;
    }

    /** Makes it, for the agent's user alone: what is in it holds everything that the agent knew. */
    void make() throws IOException {
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /**
     * What crashes left, the newest first.
     *
     * @param cores what a core is called
     * @param elsewhere where the kernel sends cores
     * @param uid of the agent: in a folder that it shares, files of others are none of its business
     */
    List<Evidence> evidence(Pattern cores, Optional<Path> elsewhere, long uid) throws IOException {
        Set<Path> folders = new LinkedHashSet<>(List.of(folder));
        elsewhere.ifPresent(folders::add);
        List<Evidence> found = new ArrayList<>();
        for (Path one : folders) {
            collect(one, cores, uid, found);
        }
        found.sort(Comparator.comparing(Evidence::at).reversed());
        return List.copyOf(found);
    }

    private void collect(Path from, Pattern cores, long uid, List<Evidence> found)
            throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
            for (Path file : files) {
                Optional<Kind> kind = kindOf(file, cores, from.equals(folder));
                if (kind.isPresent()) {
                    evidence(kind.get(), file, uid).ifPresent(found::add);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            // Nothing has crashed there.
        }
    }

    private static Optional<Kind> kindOf(Path file, Pattern cores, boolean ours) {
        String name = file.getFileName().toString();
        if (ours && JVM_ERROR.matcher(name).matches()) {
            return Optional.of(Kind.JVM_ERROR);
        }
        if (ours && HEAP_DUMP.matcher(name).matches()) {
            return Optional.of(Kind.HEAP_DUMP);
        }
        if (ours && RECORDING.matcher(name).matches()) {
            return Optional.of(Kind.RECORDING);
        }
        return cores.matcher(name).matches() ? Optional.of(Kind.CORE) : Optional.empty();
    }

    private static Optional<Evidence> evidence(Kind kind, Path file, long uid) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(
                            file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            int owner = (int) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            boolean real =
                    attributes.isRegularFile()
                            && owner == uid
                            && (kind != Kind.CORE || startsAsCore(file));
            if (!real) {
                return Optional.empty();
            }
            return Optional.of(
                    new Evidence(
                            kind,
                            file,
                            attributes.size(),
                            attributes.lastModifiedTime().toInstant()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** ELF of the type ET_CORE (man 5 elf): many a file is called core. */
    private static boolean startsAsCore(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(ELF_TYPE_AT + 2);
            if (head.length < ELF_TYPE_AT + 2 || head[0] != 0x7f || head[1] != 'E') {
                return false;
            }
            // The type has the byte order of the machine; one of its two bytes is 0.
            return (head[ELF_TYPE_AT] | head[ELF_TYPE_AT + 1]) == ET_CORE;
        } catch (AccessDeniedException e) {
            return false;
        }
    }

    /**
     * Removes what is too old.
     *
     * @param found as {@link #evidence} gave it
     * @return what is left
     */
    List<Evidence> expire(List<Evidence> found, Duration maxAge, Instant now) throws IOException {
        List<Evidence> left = new ArrayList<>();
        for (Evidence one : found) {
            boolean ours = folder.equals(one.file().getParent());
            if (ours && one.at().plus(maxAge).isBefore(now)) {
                Files.deleteIfExists(one.file());
            } else {
                left.add(one);
            }
        }
        return List.copyOf(left);
    }
}
