package io.drover.itests.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies of the unpacked distribution, for tests that change it. */
final class Assemblies {

    private Assemblies() {}

    /** A whole copy; the modification times stay, as they tell one distribution from another. */
    static Path copyOf(String name) throws IOException {
        Path folder =
                Path.of(System.getProperty("drover.homes"))
                        .toAbsolutePath()
                        .resolve("assembly-" + name);
        Command.run("rm", "-rf", folder.toString()).orFail();
        Files.createDirectories(folder.getParent());
        Command.run("cp", "-a", RunningDrover.assembly().toString(), folder.toString()).orFail();
        return folder;
    }
}
