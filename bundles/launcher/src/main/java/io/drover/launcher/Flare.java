package io.drover.launcher;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * {@code drover flare}: fetches a support bundle from the agent, or makes a reduced one from the
 * home folder when none answers. Used by one thread.
 */
final class Flare {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Distribution distribution;
    private final Path home;

    Flare(Distribution distribution, Path home) {
        this.distribution = distribution;
        this.home = home;
    }

    /** Returns the exit code: 1 when it is the reduced one. */
    int make(Words words, PrintStream out) throws StartException {
        Path file =
                Path.of(
                                words.value("--output")
                                        .orElse(
                                                "drover-flare-"
                                                        + STAMP.format(Instant.now())
                                                        + ".zip"))
                        .toAbsolutePath();
        words.end();
        create(file);
        boolean whole = false;
        try {
            whole = fetch(file, out);
            out.println(summary(file));
            out.println(file);
            return whole ? ExitCode.OK : ExitCode.NO;
        } catch (StartException e) {
            delete(file);
            throw e;
        }
    }

    /** For this user alone, and never over something that is there. */
    private static void create(Path file) throws StartException {
        try {
            Files.newByteChannel(
                            file,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")))
                    .close();
        } catch (FileAlreadyExistsException e) {
            throw new StartException(
                    ExitCode.USAGE, file + " is there already; name another with --output FILE");
        } catch (IOException e) {
            throw new StartException(
                    ExitCode.UNAVAILABLE,
                    "cannot write " + file + ": " + e + "; name another with --output FILE");
        }
    }

    private boolean fetch(Path file, PrintStream out) throws StartException {
        try {
            new Client(home).download(new Call("POST", "/api/v1/flare", "application/zip"), file);
            return true;
        } catch (StartException e) {
            out.println("a reduced one, without the agent: " + e.getMessage());
            makeReduced(file, e.getMessage());
            return false;
        }
    }

    /**
     * The code lies in the bundle core, with all it needs, so that both kinds are redacted by the
     * same rules.
     */
    private void makeReduced(Path file, String why) throws StartException {
        try (URLClassLoader code =
                        new URLClassLoader(
                                new URL[] {jar("api"), jar("core")},
                                ClassLoader.getPlatformClassLoader());
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            code.loadClass("io.drover.core.internal.flare.ColdFlare")
                    .getMethod("write", Path.class, String.class, Path.class, OutputStream.class)
                    .invoke(null, home, why, Path.of(System.getProperty("java.home")), out);
        } catch (InvocationTargetException e) {
            throw new StartException(
                    ExitCode.INTERNAL, "no support bundle could be made: " + e.getCause());
        } catch (IOException | ReflectiveOperationException e) {
            throw new StartException(ExitCode.INTERNAL, "no support bundle could be made: " + e);
        }
    }

    private URL jar(String bundle) throws IOException {
        Path folder = distribution.root().resolve("system/io/drover").resolve(bundle);
        List<Path> jars = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(jars::add);
        }
        if (jars.isEmpty()) {
            throw new IOException("no jar in " + folder);
        }
        return jars.get(jars.size() - 1).toUri().toURL();
    }

    private static String summary(Path file) throws StartException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry("summary.txt");
            if (entry == null) {
                throw new StartException(ExitCode.UNAVAILABLE, file + " has no summary");
            }
            try (InputStream text = zip.getInputStream(entry)) {
                return new String(text.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
            }
        } catch (IOException e) {
            throw new StartException(
                    ExitCode.UNAVAILABLE, "the support bundle did not come whole: " + e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            System.err.println("drover: cannot delete " + file + ": " + e);
        }
    }
}
