package io.drover.testing;

import io.drover.api.profiling.Profiling;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A profile that says what was asked of it. Safe for many threads. */
public final class FixedProfiling implements Profiling {

    private final List<Change> changes = new ArrayList<>();

    /** All that were asked for, in their order. */
    public synchronized List<Change> changes() {
        return List.copyOf(changes);
    }

    @Override
    public synchronized View view() {
        boolean running = !changes.isEmpty() && changes.get(changes.size() - 1) != Change.OFF;
        return new View(running, Optional.empty(), 16_777_216, Duration.ofHours(1), 0);
    }

    @Override
    public synchronized void change(Change change) {
        changes.add(change);
    }

    @Override
    public void recording(Duration last, OutputStream out) throws IOException {
        out.write(("recording of " + last).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Path dump(Duration last) {
        return Path.of("/var/lib/drover/profiles/drover-" + last + ".jfr");
    }

    @Override
    public String summary(Duration last) {
        return "summary of " + last + "\n";
    }

    @Override
    public String flameGraph(Of what, Duration last) {
        return "graph of " + what + " in " + last;
    }
}
