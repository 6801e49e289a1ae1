package io.drover.api.agent;

import java.nio.file.Path;
import java.util.Objects;

/**
 * The folder that holds all state of one agent. The launcher names it in the system property
 * {@value #PROPERTY}.
 *
 * @param root an absolute path
 */
public record Home(Path root) {

    /** The system (and framework) property that holds the path. */
    public static final String PROPERTY = "drover.home";

    public Home {
        Objects.requireNonNull(root, "root");
        root = root.toAbsolutePath().normalize();
    }

    /**
     * The home of this process: {@value #PROPERTY}, or, in a Karaf that was not started by Drover's
     * launcher, a folder {@code drover} in {@code karaf.data}.
     */
    public static Home ofProcess() {
        String named = System.getProperty(PROPERTY);
        if (named != null && !named.isBlank()) {
            return new Home(Path.of(named));
        }
        return new Home(Path.of(System.getProperty("karaf.data", "."), "drover"));
    }

    /** Configuration written by people: {@code drover.yaml}, {@code conf.d/}. */
    public Path etc() {
        return root.resolve("etc");
    }

    /** Tokens, keys and certificates; 0700. */
    public Path secrets() {
        return root.resolve("secrets");
    }

    /** What must outlive a restart. */
    public Path state() {
        return root.resolve("state");
    }

    /** Logs. */
    public Path log() {
        return root.resolve("log");
    }

    /** What crashes leave: cores, heap dumps, the JVM's error reports; 0700. */
    public Path crash() {
        return root.resolve("crash");
    }

    /** What is true of the running process alone: pid, ports. */
    public Path run() {
        return root.resolve("run");
    }
}
