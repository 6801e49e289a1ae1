package io.drover.kubernetes.internal;

import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.Elections;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.Observer;
import io.drover.api.kubernetes.Patch;
import io.drover.api.kubernetes.Term;
import io.drover.api.kubernetes.Watch;
import io.drover.testing.Configured;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One process that takes part in an election and writes while it leads: a controller at its
 * smallest. It decides by what its watch shows, writes the decision into its journal, and only then
 * sends it. Arguments: name, kubeconfig, journal, lease seconds, renew deadline ms, retry ms, write
 * time-out ms, rate of its monotonic clock, by how much its time of day jumps in seconds, and
 * whether it looks at the term in the object before it decides. Where it does not, nothing but the
 * fence and the precondition keep it from writing over a later term.
 */
final class FailoverCandidate {

    static final ObjectKind KIND = new ObjectKind("v1", "ConfigMap");
    static final String NAMESPACE = "failover";
    static final String ELECTION = "failover";

    private final String name;
    private final FileChannel journal;
    private final boolean looksAtTerms;
    private final Map<String, KubeObject> objects = new ConcurrentHashMap<>();
    private long decisions;

    private FailoverCandidate(String name, FileChannel journal, boolean looksAtTerms) {
        this.name = name;
        this.journal = journal;
        this.looksAtTerms = looksAtTerms;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Map<String, Object> values = new HashMap<>();
        values.put("kubeconfig", args[1]);
        values.put("namespace", NAMESPACE);
        values.put("election_lease_seconds", Integer.parseInt(args[3]));
        values.put("election_renew_deadline_ms", Long.parseLong(args[4]));
        values.put("election_retry_ms", Long.parseLong(args[5]));
        values.put("election_request_timeout_ms", Long.parseLong(args[5]) * 3 / 2);
        values.put("write_timeout_ms", Long.parseLong(args[6]));
        values.put("qps", 1_000);
        values.put("burst", 1_000);
        double rate = Double.parseDouble(args[7]);
        Duration offset = Duration.ofSeconds(Long.parseLong(args[8]));
        long zero = System.nanoTime();
        KubernetesPart part =
                new KubernetesPart(
                        Settings.from(Configured.with(KubernetesConfig.class, values)),
                        () -> zero + (long) ((System.nanoTime() - zero) * rate),
                        new JumpingClock(offset));
        FileChannel journal =
                FileChannel.open(
                        Path.of(args[2]), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        FailoverCandidate candidate =
                new FailoverCandidate(args[0], journal, Boolean.parseBoolean(args[9]));
        part.start();
        Runtime.getRuntime().addShutdownHook(new Thread(part::stop));
        candidate.run(part);
    }

    private void run(KubernetesPart part) throws IOException, InterruptedException {
        Watch watch = part.cluster().watch(KIND, NAMESPACE, new Keeper());
        Elections.Candidacy candidacy = part.elections().enter(ELECTION, standing -> {});
        while (true) {
            Thread.sleep(10);
            Term term = candidacy.term().orElse(null);
            if (term != null && !objects.isEmpty()) {
                decide(part, watch, term);
            }
        }
    }

    private void decide(KubernetesPart part, Watch watch, Term term) throws IOException {
        List<String> keys = new ArrayList<>(objects.keySet());
        String key = keys.get(ThreadLocalRandom.current().nextInt(keys.size()));
        KubeObject seen = objects.get(key);
        if (seen == null || watch.behind(key)) {
            return;
        }
        Map<String, Object> data = KubeObject.map(seen.tree(), "data");
        if (looksAtTerms && Long.parseLong(KubeObject.text(data, "term")) > term.transitions()) {
            return; // the fencing token: a later term has it, whatever our clock says
        }
        long count = Long.parseLong(KubeObject.text(data, "count")) + 1;
        String id = name + "-" + ++decisions;
        note(
                "D "
                        + id
                        + " "
                        + term.transitions()
                        + " "
                        + key
                        + " "
                        + seen.resourceVersion()
                        + " "
                        + System.nanoTime()); // one clock for all processes of a machine
        try {
            part.cluster()
                    .patch(
                            term,
                            new Patch(
                                    seen.ref(),
                                    "",
                                    seen.resourceVersion(),
                                    Map.of(
                                            "data",
                                            Map.of(
                                                    "count", String.valueOf(count),
                                                    "decision", id,
                                                    "term", String.valueOf(term.transitions()),
                                                    "base", seen.resourceVersion()))));
            note("W " + id + " " + term.transitions());
        } catch (ClusterException e) {
            note("F " + id + " " + e.why());
        }
    }

    private void note(String line) throws IOException {
        journal.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    /** Jumps to and fro each few seconds, as clocks do that somebody sets. */
    private static final class JumpingClock extends Clock {
        private final Duration jump;

        JumpingClock(Duration jump) {
            this.jump = jump;
        }

        @Override
        public Instant instant() {
            Instant now = Instant.now();
            return now.getEpochSecond() / 5 % 2 == 0 ? now : now.plus(jump);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("only instants are asked of it");
        }
    }

    private final class Keeper implements Observer {
        @Override
        public void added(KubeObject object) {
            keep(object);
        }

        @Override
        public void updated(KubeObject before, KubeObject after) {
            keep(after);
        }

        @Override
        public void deleted(KubeObject last) {
            objects.remove(last.key());
        }

        private void keep(KubeObject object) {
            if (object.name().startsWith("object-")) {
                objects.put(object.key(), object);
            }
        }
    }
}
