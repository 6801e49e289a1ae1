package io.drover.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * {@code config validate [FILE…]}: checks files, or the whole home, without an agent. The checker
 * is the one that the agent uses, out of the distribution's own bundle, so that both always agree.
 */
final class ConfigValidation {

    private static final String CHECKER = "io.drover.config.internal.OfflineValidation";

    private final Distribution distribution;
    private final Path home;

    ConfigValidation(Distribution distribution, Path home) {
        this.distribution = distribution;
        this.home = home;
    }

    /**
     * Prints what is wrong.
     *
     * @param files relative ones are of the working folder
     * @return the exit code
     */
    int run(List<String> files, PrintStream out) throws StartException {
        List<Path> paths = files.stream().map(Path::of).toList();
        try (URLClassLoader loader = distribution.loader("api", "config")) {
            Object valid =
                    Class.forName(CHECKER, true, loader)
                            .getMethod(
                                    "validate",
                                    Collection.class,
                                    Path.class,
                                    List.class,
                                    PrintStream.class)
                            .invoke(null, distribution.jars(), home.resolve("etc"), paths, out);
            return Boolean.TRUE.equals(valid) ? ExitCode.OK : ExitCode.CONFIGURATION;
        } catch (InvocationTargetException e) {
            throw new StartException(ExitCode.INTERNAL, "not checked: " + e.getCause());
        } catch (ReflectiveOperationException | IOException e) {
            throw new StartException(ExitCode.INTERNAL, "the checker cannot be loaded: " + e);
        }
    }
}
