package io.drover.profiling.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import jdk.jfr.Configuration;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;

/**
 * The JVM's flight recorder. The only class here that names it: it is loaded when the ring is
 * switched on first, so that one that is off costs nothing.
 */
final class FlightRing implements Ring {

    private static final String SETTINGS = "/profiling/drover.jfc";
    // A report reads a chunk's constants into memory; a small chunk keeps that small.
    private static final int CHUNK_BYTES = 1_048_576;

    // A request to the API runs below some eighty frames of the server.
    private static final int STACK_DEPTH = 128;

    private final Path folder;
    private volatile Recording recording;

    /**
     * @param folder for the recorder's files
     */
    FlightRing(Path folder) {
        this.folder = folder;
    }

    @Override
    public void start(Settings.RingSettings settings) throws IOException {
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        if (!FlightRecorder.isInitialized()) {
            removeLeftovers();
            configure(settings.bufferBytes());
        }
        Recording next = new Recording(settings());
        try {
            next.setName("drover");
            next.setToDisk(true);
            next.setMaxSize(settings.maxBytes());
            next.setMaxAge(settings.maxAge());
            next.setDumpOnExit(false);
            next.start();
            recording = next;
        } finally {
            if (recording != next) {
                next.close();
            }
        }
    }

    /** The last process's recorder takes its files away, unless it was killed. */
    private void removeLeftovers() throws IOException {
        List<Path> left = new ArrayList<>();
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(folder, "[0-9][0-9][0-9][0-9]_*")) {
            folders.forEach(left::add);
        }
        left.sort(Comparator.reverseOrder());
        // The newest may show what the agent did when it was killed.
        for (Path old : left.stream().skip(1).toList()) {
            removeTree(old);
        }
    }

    private static void removeTree(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** As {@code jcmd PID JFR.configure}: there is no other way to these once the JVM runs. */
    private void configure(int bufferBytes) throws IOException {
        String[] options = {
            "repositorypath=" + folder,
            "memorysize=" + bufferBytes,
            "globalbuffersize=" + bufferBytes / 4,
            "maxchunksize=" + CHUNK_BYTES,
            "stackdepth=" + STACK_DEPTH
        };
        try {
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "jfrConfigure",
                            new Object[] {options},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new IOException("the flight recorder takes no options", e);
        }
    }

    private static Configuration settings() throws IOException {
        try (InputStream in = FlightRing.class.getResourceAsStream(SETTINGS);
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            return Configuration.create(reader);
        } catch (ParseException e) {
            throw new IOException("the recorder's settings are broken", e);
        }
    }

    @Override
    public void stop() {
        if (recording != null) {
            recording.close();
            recording = null;
        }
    }

    @Override
    public boolean write(Instant from, Instant to, OutputStream out) throws IOException {
        try (Recording snapshot = FlightRecorder.getFlightRecorder().takeSnapshot();
                InputStream in = snapshot.getStream(from, to)) {
            if (in == null) {
                return false;
            }
            in.transferTo(out);
            return true;
        }
    }

    @Override
    public long bytes() {
        Recording now = recording;
        return now == null ? 0 : now.getSize();
    }
}
