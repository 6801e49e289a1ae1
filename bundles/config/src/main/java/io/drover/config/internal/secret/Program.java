package io.drover.config.internal.secret;

import java.time.Duration;
import java.util.List;

/**
 * The executable behind a back end, and how it is run.
 *
 * @param path absolute; empty when no back end is configured
 * @param outputBytes of its standard output; what is longer is refused whole
 * @param groupMayExecute whether the file's group may have rights to read and execute it
 */
public record Program(
        String path,
        List<String> arguments,
        Duration timeout,
        int outputBytes,
        boolean groupMayExecute) {
    public Program {
        arguments = List.copyOf(arguments);
    }
}
