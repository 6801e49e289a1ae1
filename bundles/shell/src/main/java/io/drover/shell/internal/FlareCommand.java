package io.drover.shell.internal;

import io.drover.api.agent.Home;
import io.drover.api.flare.Flares;
import io.drover.api.flare.Flares.Contents;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;

/** {@code drover:flare}: makes a support bundle and says where it lies. */
@Service
@Command(scope = "drover", name = "flare", description = "Makes a support bundle, redacted")
public final class FlareCommand implements Action {

    @Argument(
            index = 0,
            name = "file",
            description = "a new file; in state/flares of the home when none is named")
    @Completion(FileCompleter.class)
    String file;

    @Reference(optional = true)
    Flares flares;

    @Override
    public Object execute() throws IOException, InterruptedException {
        Needed.from("core", flares);
        Path path = file == null ? inHome() : Path.of(file);
        Contents contents = write(create(path), path);
        System.out.printf(
                "%s: %d files, %d redactions%n", path, contents.files(), contents.redactions());
        contents.problems().forEach(problem -> System.out.println("missing: " + problem));
        return null;
    }

    /** Half of one is of no use to anybody. */
    private Contents write(OutputStream created, Path path)
            throws IOException, InterruptedException {
        try (OutputStream out = created) {
            return flares.write(out);
        } catch (IOException | InterruptedException | RuntimeException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    private Path inHome() throws IOException {
        Path folder = Home.ofProcess().state().resolve("flares");
        Files.createDirectories(folder);
        return folder.resolve(flares.fileName());
    }

    /** For this user alone, and never over something that is there. */
    private static OutputStream create(Path path) throws IOException {
        return Channels.newOutputStream(
                Files.newByteChannel(
                        path,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------"))));
    }
}
