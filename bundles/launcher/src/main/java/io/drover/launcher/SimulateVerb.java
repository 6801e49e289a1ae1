package io.drover.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URLClassLoader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * {@code simulate --policy FILE --load FILE [--against FILE] [--chart FILE]}: what a policy would
 * have done, without an agent and without a cluster. What decides is the distribution's own bundle.
 */
final class SimulateVerb {

    private static final String SIMULATION =
            "io.drover.autoscaling.internal.simulate.OfflineSimulation";
    private static final String YAML = "io.drover.config.internal.OfflineYaml";

    private final Distribution distribution;

    SimulateVerb(Distribution distribution) {
        this.distribution = distribution;
    }

    /**
     * Runs it.
     *
     * @return the exit code
     */
    int run(Words words, PrintStream out) throws StartException {
        Map<String, String> options = options(words);
        try (URLClassLoader loader = distribution.loader("api", "config", "autoscaling")) {
            Method yaml =
                    Class.forName(YAML, true, loader).getMethod("read", String.class, String.class);
            Class.forName(SIMULATION, true, loader)
                    .getMethod("run", Map.class, BiFunction.class, PrintStream.class)
                    .invoke(null, options, reader(yaml), out);
            return ExitCode.OK;
        } catch (InvocationTargetException e) {
            throw failed(e.getCause());
        } catch (ReflectiveOperationException | IOException e) {
            throw new StartException(ExitCode.INTERNAL, "the simulator cannot be loaded: " + e);
        }
    }

    private static Map<String, String> options(Words words) throws StartException {
        Map<String, String> options = new LinkedHashMap<>();
        for (String name : new String[] {"policy", "load", "against", "chart", "pod", "replicas"}) {
            words.value("--" + name).ifPresent(value -> options.put(name, value));
        }
        for (String name : new String[] {"start", "every"}) {
            Optional<String> value = words.value("--" + name);
            if (value.isPresent()) {
                options.put(name, Long.toString(Lifetime.seconds("--" + name, value.get())));
            }
        }
        if (words.flag("--json")) {
            options.put("json", "true");
        }
        words.end();
        for (String needed : new String[] {"policy", "load"}) {
            if (!options.containsKey(needed)) {
                throw new StartException(
                        ExitCode.USAGE,
                        "simulate needs --"
                                + needed
                                + " FILE; it is: simulate --policy FILE --load FILE [--against FILE] [--chart FILE.html]"
                                + " [--pod cpu=500m] [--start 30s] [--every 15s] [--replicas N] [--json]");
            }
        }
        return options;
    }

    private static BiFunction<String, String, Object> reader(Method yaml) {
        return (label, text) -> {
            try {
                return yaml.invoke(null, label, text);
            } catch (InvocationTargetException e) {
                throw e.getCause() instanceof IllegalArgumentException wrong
                        ? wrong
                        : new IllegalStateException("YAML is not read", e.getCause());
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("a public method", e);
            }
        };
    }

    private static StartException failed(Throwable cause) {
        if (cause instanceof IllegalArgumentException) {
            return new StartException(ExitCode.CONFIGURATION, cause.getMessage());
        }
        return cause instanceof IOException
                ? new StartException(ExitCode.UNAVAILABLE, "not simulated: " + cause)
                : new StartException(ExitCode.INTERNAL, "not simulated: " + cause);
    }
}
