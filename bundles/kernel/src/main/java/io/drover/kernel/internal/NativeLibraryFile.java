package io.drover.kernel.internal;

import com.sun.jna.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * JNA's native part as a file, for as long as it takes to load it. A file system that is mounted
 * read-only or noexec cannot hold it; the first folder that can is taken.
 */
final class NativeLibraryFile implements AutoCloseable {

    private static final String NAME = System.mapLibraryName("jnidispatch");

    private final Path folder;

    private NativeLibraryFile(Path folder) {
        this.folder = folder;
    }

    /**
     * Unpacks into a new folder below the first of {@code candidates} from which code may be run.
     *
     * @throws IOException naming each candidate and what is wrong with it
     */
    static NativeLibraryFile unpack(List<Path> candidates) throws IOException {
        List<String> refusals = new ArrayList<>();
        for (Path candidate : candidates) {
            try {
                Files.createDirectories(candidate);
                NativeLibraryFile file =
                        new NativeLibraryFile(Files.createTempDirectory(candidate, "native-"));
                if (file.write()) {
                    return file;
                }
                file.close();
                refusals.add(candidate + " is mounted noexec");
            } catch (IOException e) {
                refusals.add(candidate + " is not writable (" + e + ")");
            }
        }
        throw new IOException(
                "no folder can hold JNA's native library: " + String.join("; ", refusals));
    }

    /** Whether the written file may be run: access(2) says no on a noexec mount. */
    private boolean write() throws IOException {
        String resource = "/com/sun/jna/" + Platform.RESOURCE_PREFIX + "/" + NAME;
        try (InputStream library = Platform.class.getResourceAsStream(resource)) {
            if (library == null) {
                throw new IOException("JNA has no native library for " + Platform.RESOURCE_PREFIX);
            }
            Files.copy(library, file());
        }
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rwx------"));
        return Files.isExecutable(file());
    }

    Path folder() {
        return folder;
    }

    private Path file() {
        return folder.resolve(NAME);
    }

    /** Removes file and folder; what is loaded stays mapped. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file());
        Files.delete(folder);
    }
}
