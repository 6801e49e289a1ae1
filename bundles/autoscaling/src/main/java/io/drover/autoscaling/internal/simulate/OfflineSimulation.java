package io.drover.autoscaling.internal.simulate;

import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.decide.Spec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * The simulator without an agent, for the launcher, which loads it out of the distribution's own
 * bundle: what decides here is what decides in the cluster. Types of the JDK alone cross.
 */
public final class OfflineSimulation {

    private static final long FILE_MAX = 256L << 20;

    private OfflineSimulation() {}

    /**
     * Runs it and prints the report.
     *
     * @param options {@code policy} and {@code load} (files; needed), {@code against}, {@code
     *     chart} (a file), {@code json}, and what {@link Workload} reads
     * @param yaml the document in a text; the first argument names it for messages. It throws
     *     IllegalArgumentException with line and rule
     * @throws IllegalArgumentException naming file or option, rule and value
     * @throws IOException when a file cannot be read or written
     */
    public static void run(
            Map<String, String> options, BiFunction<String, String, Object> yaml, PrintStream out)
            throws IOException {
        Workload workload = Workload.of(options);
        String loadFile = options.get("load");
        Load load =
                LoadReader.read(loadFile, text(loadFile), content -> yaml.apply(loadFile, content));
        List<Run> runs = new ArrayList<>();
        for (String option : List.of("policy", "against")) {
            if (options.containsKey(option)) {
                String file = options.get(option);
                runs.add(new Simulation(name(file), spec(file, yaml), load, workload).run());
            }
        }
        out.print(
                options.containsKey("json")
                        ? Report.json(load, runs) + "\n"
                        : Report.text(load, workload, runs));
        String chart = options.get("chart");
        if (chart != null) {
            String content =
                    chart.endsWith(".svg") ? Page.svg(load, runs) : Page.html(load, workload, runs);
            Files.writeString(Path.of(chart), content);
            if (!options.containsKey("json")) {
                out.println("\nthe chart is in " + chart);
            }
        }
    }

    private static Spec spec(String file, BiFunction<String, String, Object> yaml)
            throws IOException {
        if (!(yaml.apply(file, text(file)) instanceof Map<?, ?> document)) {
            throw new IllegalArgumentException(file + ": it must be a DatadogPodAutoscaler");
        }
        @SuppressWarnings("unchecked") // the keys of an object are strings
        KubeObject object = new KubeObject((Map<String, Object>) document);
        if (!"DatadogPodAutoscaler".equals(document.get("kind"))) {
            throw new IllegalArgumentException(
                    file + ": kind must be DatadogPodAutoscaler, is " + document.get("kind"));
        }
        Spec spec = Spec.of(object);
        if (!spec.problems().isEmpty()) {
            List<String> problems = spec.problems().stream().map(Spec.Problem::message).toList();
            throw new IllegalArgumentException(file + ": " + String.join("; ", problems));
        }
        return spec;
    }

    private static String text(String file) throws IOException {
        Path path = Path.of(file);
        try {
            if (Files.size(path) > FILE_MAX) {
                throw new IllegalArgumentException(
                        file + ": a file must be at most " + FILE_MAX + " bytes");
            }
            return Files.readString(path);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(file + ": there is no such file", e);
        }
    }

    private static String name(String file) {
        Path name = Path.of(file).getFileName();
        return name == null ? file : name.toString();
    }
}
