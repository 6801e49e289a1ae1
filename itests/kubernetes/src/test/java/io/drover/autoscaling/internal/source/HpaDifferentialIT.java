package io.drover.autoscaling.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.drover.api.kubernetes.KubeObject;
import io.drover.autoscaling.internal.decide.Decision;
import io.drover.autoscaling.internal.decide.Decision.Outcome;
import io.drover.autoscaling.internal.decide.Objective;
import io.drover.autoscaling.internal.decide.Policy;
import io.drover.autoscaling.internal.decide.Samples;
import io.drover.autoscaling.internal.decide.Samples.Budget;
import io.drover.autoscaling.internal.decide.Samples.Failed;
import io.drover.autoscaling.internal.decide.Samples.Measured;
import io.drover.autoscaling.internal.decide.Samples.Sample;
import io.drover.autoscaling.internal.decide.Samples.Usage;
import io.drover.autoscaling.internal.decide.Samples.Value;
import io.drover.autoscaling.internal.decide.Spec;
import io.drover.autoscaling.internal.decide.State;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The same random series for the HPA controller of Kubernetes (itests/control-plane/hpa: its
 * package compiled in, its clock stopped between two looks) and for {@code decide()} with the
 * strategy hpa: the same replicas after each look, and the same reasons.
 */
class HpaDifferentialIT {

    private static final int SERIES = 50;

    /** Of one series: half an hour, three times the longest window. */
    private static final int LOOKS_MAX = 120;

    private static final int PERIOD_SECONDS = 15;

    /** From the start of the clock to the first look, as the controller's side has it. */
    private static final long FIRST_LOOK_MILLIS = 100;

    private static final Gson GSON = new Gson();

    private final Map<String, Integer> explained = new TreeMap<>();
    private final Map<String, Integer> seen = new TreeMap<>();
    private final List<String> unexplained = new ArrayList<>();

    /** One series as it goes. */
    private static final class Going {
        private final HpaSeries series;
        private final Spec spec;
        private final HpaMemory memory;
        private State state = State.NONE;
        private int replicas;
        private HpaSeries.Seen look;
        private boolean over;

        Going(HpaSeries series) {
            this.series = series;
            this.spec = Spec.of(series.own());
            this.memory = new HpaMemory(spec.policy());
            this.replicas = series.first();
            assertThat(spec.problems()).isEmpty();
        }
    }

    @Test
    void decidesAsTheControllerOfKubernetesDoes() throws Exception {
        int steps = Integer.getInteger("drover.hpa.steps");
        long seed = Long.getLong("drover.hpa.seed");
        int done = 0;
        long began = System.nanoTime();
        for (int batch = 0; done < steps; batch++) {
            done += batch(seed + batch, Math.min(LOOKS_MAX, Math.max(1, (steps - done) / SERIES)));
        }
        System.out.printf(
                "hpa: seed=%d steps=%d seconds=%d unexplained=%d explained=%s situations=%s%n",
                seed,
                done,
                (System.nanoTime() - began) / 1_000_000_000,
                unexplained.size(),
                explained,
                seen);
        assertThat(unexplained)
                .as("seed %d; again with -Ddrover.hpa.seed=%d", seed, seed)
                .isEmpty();
        assertThat(seen).containsKeys("SCALE", "STAY", "UNKNOWN");
    }

    private int batch(long seed, int length) throws IOException, InterruptedException {
        List<Going> all = new ArrayList<>();
        for (int i = 0; i < SERIES; i++) {
            all.add(new Going(new HpaSeries(seed, i)));
        }
        Path log = Path.of(System.getProperty("drover.homes")).toAbsolutePath();
        Files.createDirectories(log);
        Process process =
                new ProcessBuilder(controller().toString(), "-test.run", "TestDriven")
                        .redirectError(log.resolve("hpa.log").toFile())
                        .start();
        int done = 0;
        try (BufferedWriter to = process.outputWriter();
                BufferedReader from = process.inputReader()) {
            JsonObject clock =
                    ask(
                            to,
                            from,
                            Map.of(
                                    "periodSeconds",
                                    PERIOD_SECONDS,
                                    "hpas",
                                    all.stream().map(one -> one.series.hpa()).toList()));
            long first = clock.get("millis").getAsLong() + FIRST_LOOK_MILLIS;
            for (int step = 0; step < length; step++) {
                Instant now = Instant.ofEpochMilli(first + 1000L * PERIOD_SECONDS * step);
                List<Object> targets = new ArrayList<>();
                for (Going one : all) {
                    targets.add(one.over ? null : next(one, now));
                }
                Map<String, Object> document = new LinkedHashMap<>();
                document.put("targets", targets);
                JsonArray told = ask(to, from, document).getAsJsonArray("targets");
                for (int i = 0; i < all.size(); i++) {
                    if (!all.get(i).over) {
                        done++;
                        compare(all.get(i), now, told.get(i).getAsJsonObject(), seed, step);
                    }
                }
            }
        } finally {
            process.destroy();
            process.waitFor();
        }
        return done;
    }

    private static Map<String, Object> next(Going one, Instant now) {
        one.replicas = one.series.touched(one.replicas);
        one.look = one.series.look(one.replicas, now);
        Map<String, Object> external = new LinkedHashMap<>();
        one.look.external().forEach((name, value) -> external.put(name, value + "m"));
        Map<String, Object> target = new LinkedHashMap<>();
        target.put("replicas", one.look.replicas());
        target.put("reported", one.look.reported());
        target.put("pods", one.look.pods());
        target.put("metrics", one.look.metrics());
        target.put("external", external);
        return target;
    }

    private void compare(Going one, Instant now, JsonObject told, long seed, int step) {
        String where = "seed " + seed + " " + one.series.name() + " step " + step;
        assertThat(told.get("millis").getAsLong()).as(where).isEqualTo(now.toEpochMilli());
        Policy policy = one.spec.policy();
        Samples samples = samples(policy, one.look);
        Decision decision = Decision.decide(policy, one.state, samples, now);
        int theirs = told.get("replicas").getAsInt();
        String active = told.get("active").getAsString();
        seen.merge(decision.outcome().name(), 1, Integer::sum);
        String problem = "";
        if (after(decision) != theirs) {
            problem = "replicas";
        } else if (!agrees(decision, active, one)) {
            problem = "reason";
        }
        if (!problem.isEmpty()) {
            one.over = true;
            if (problem.equals("replicas")
                    && after(
                                    Decision.decide(
                                            policy, one.memory.forgetting(one.state), samples, now))
                            == theirs) {
                explained.merge("it forgets changes of one direction", 1, Integer::sum);
                return;
            }
            unexplained.add(
                    "%s: %s: we %s %d, it %d %s %s %s; %s; %s; state %s"
                            .formatted(
                                    where,
                                    problem,
                                    decision.outcome(),
                                    after(decision),
                                    theirs,
                                    active,
                                    told.get("able").getAsString(),
                                    told.get("limited").getAsString(),
                                    decision.steps(),
                                    GSON.toJson(one.series.hpa().get("spec")),
                                    one.memory));
            return;
        }
        one.replicas = theirs;
        one.state = decision.next();
        if (decision.outcome() == Outcome.SCALE) {
            one.memory.acted(now.toEpochMilli(), decision.current(), theirs);
            one.state =
                    one.state.acted(
                            now.toEpochMilli(),
                            decision.current(),
                            theirs,
                            policy.longestMemorySeconds());
        }
    }

    private static int after(Decision decision) {
        return decision.outcome() == Outcome.SCALE ? decision.desired() : decision.current();
    }

    /** Whether both know as much. Out of bounds the controller looks at no figure. */
    private static boolean agrees(Decision decision, String active, Going one) {
        int current = decision.current();
        if (current == 0) {
            return decision.outcome() == Outcome.SWITCHED_OFF && active.equals("ScalingDisabled");
        }
        if (current > one.spec.maxReplicas() || current < one.spec.minReplicas()) {
            return true;
        }
        return active.equals("ValidMetricFound") == (decision.outcome() != Outcome.UNKNOWN);
    }

    private static Samples samples(Policy policy, HpaSeries.Seen look) {
        Map<String, Map<String, Sample>> usage = new HashMap<>();
        for (Map<String, Object> metrics : look.metrics()) {
            KubeObject object = new KubeObject(metrics);
            usage.put(object.name(), PodReader.usage(object));
        }
        List<Measured> measured = new ArrayList<>();
        for (Objective objective : policy.objectives()) {
            measured.add(
                    objective instanceof Objective.Query query
                            ? value(look.external().get(query.text()))
                            : used((Objective.Resource) objective, usage));
        }
        return new Samples(
                look.replicas(),
                look.reported(),
                look.pods().stream().map(pod -> PodReader.pod(new KubeObject(pod))).toList(),
                measured,
                List.of(),
                null,
                0,
                Budget.UNLIMITED);
    }

    private static Measured value(Long thousandths) {
        return thousandths == null ? new Failed("not measured") : new Value(thousandths, 0);
    }

    private static Measured used(
            Objective.Resource objective, Map<String, Map<String, Sample>> usage) {
        String key =
                objective.container().isEmpty()
                        ? objective.resource()
                        : objective.resource() + "/" + objective.container();
        Map<String, Sample> byPod = new HashMap<>();
        usage.forEach(
                (pod, figures) -> {
                    if (figures.containsKey(key)) {
                        byPod.put(pod, figures.get(key));
                    }
                });
        return byPod.isEmpty() ? new Failed("no figure") : new Usage(byPod);
    }

    private static JsonObject ask(BufferedWriter to, BufferedReader from, Object document)
            throws IOException {
        to.write(GSON.toJson(document));
        to.newLine();
        to.flush();
        String line = from.readLine();
        if (line == null || !line.startsWith("{")) {
            throw new AssertionError("the controller ended, see hpa.log: " + line);
        }
        return JsonParser.parseString(line).getAsJsonObject();
    }

    private static Path controller() throws IOException, InterruptedException {
        Path script =
                Path.of(System.getProperty("drover.itests")).resolve("control-plane/build.sh");
        Process build =
                new ProcessBuilder(script.toAbsolutePath().normalize().toString(), "--hpa")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .start();
        String folder;
        try (BufferedReader out = build.inputReader()) {
            folder = out.readLine();
        }
        assertThat(build.waitFor()).as("build.sh --hpa").isZero();
        return Path.of(folder).resolve("hpa");
    }
}
