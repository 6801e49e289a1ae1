package io.drover.core.internal.flare;

import io.drover.api.flare.FlareSource;
import io.drover.api.flare.Flares.Contents;
import io.drover.api.http.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.AccessController;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivilegedAction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes one support bundle of many sources, one after the other, each on a thread of its own with a
 * deadline. Needs nothing but the JDK and {@code api}: the launcher uses it too, without an agent.
 */
public final class FlareMaker {

    private final Redactor redactor;
    private final Bounds bounds;
    private final Clock clock;
    private final List<String> problems = new ArrayList<>();
    private final List<Stored> stored = new ArrayList<>();

    /**
     * A file in the ZIP.
     *
     * @param sha256 of the bytes as stored
     */
    private record Stored(String path, int bytes, String sha256, Collected.Item item) {}

    public FlareMaker(Redactor redactor, Bounds bounds, Clock clock) {
        this.redactor = redactor;
        this.bounds = bounds;
        this.clock = clock;
    }

    /**
     * Calls the sources and writes the ZIP; does not close {@code out}. To be called once.
     *
     * @param about who made it and why, for the manifest
     */
    public Contents write(Map<String, String> about, List<FlareSource> sources, OutputStream out)
            throws IOException, InterruptedException {
        Instant began = clock.instant();
        long end = System.nanoTime() + bounds.deadline().toNanos();
        ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        long room = bounds.totalBytes();
        for (FlareSource source : sources) {
            for (Collected.Item item : collect(source, room, end)) {
                room -= item.size();
                store(zip, source.name(), item, began);
            }
        }
        Contents contents =
                new Contents(
                        stored.size(),
                        stored.stream().mapToLong(Stored::bytes).sum(),
                        totals().values().stream().mapToLong(Integer::longValue).sum(),
                        problems);
        put(zip, "redactions.json", PlainJson.of(this::redactions), began);
        put(zip, "summary.txt", summary(contents), began);
        put(zip, "manifest.json", PlainJson.of(json -> manifest(json, about, began)), began);
        zip.finish();
        zip.flush();
        return contents;
    }

    private List<Collected.Item> collect(FlareSource source, long room, long end)
            throws InterruptedException {
        Collected files = new Collected(redactor, bounds.fileBytes(), Math.max(0, room));
        long left = Math.min(end - System.nanoTime(), bounds.sourceDeadline().toNanos());
        if (left <= 0) {
            problems.add(source.name() + ": no time was left for it");
            return List.of();
        }
        FutureTask<Void> task =
                new FutureTask<>(
                        () -> {
                            source.write(files);
                            return null;
                        });
        Thread thread = thread(task, "drover-core-flare-" + source.name());
        thread.setDaemon(true);
        thread.start();
        try {
            task.get(left, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            thread.interrupt();
            problems.add(
                    "%s: it did not end within %d ms and was cut off"
                            .formatted(source.name(), Duration.ofNanos(left).toMillis()));
        } catch (ExecutionException e) {
            problems.add(source.name() + ": " + redactor.redact(message(e.getCause())).text());
        } catch (InterruptedException e) {
            thread.interrupt();
            throw e;
        }
        return files.close();
    }

    private static String message(Throwable cause) {
        return cause instanceof IOException && cause.getMessage() != null
                ? cause.getMessage()
                : cause.toString();
    }

    private void store(ZipOutputStream zip, String folder, Collected.Item item, Instant at)
            throws IOException {
        String path = folder + "/" + item.name();
        put(zip, path, item.bytes(), at);
        stored.add(new Stored(path, item.size(), sha256(item.bytes()), item));
        if (item.cutBytes() > 0) {
            problems.add(path + ": its first " + item.cutBytes() + " bytes are left out");
        }
    }

    private static void put(ZipOutputStream zip, String path, String text, Instant at)
            throws IOException {
        put(zip, path, text.getBytes(StandardCharsets.UTF_8), at);
    }

    private static void put(ZipOutputStream zip, String path, byte[] bytes, Instant at)
            throws IOException {
        ZipEntry entry = new ZipEntry(path);
        entry.setTime(at.toEpochMilli());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    private Map<String, Integer> totals() {
        Map<String, Integer> totals = new TreeMap<>();
        for (Stored file : stored) {
            file.item().redactions().forEach((rule, n) -> totals.merge(rule, n, Integer::sum));
        }
        return totals;
    }

    private void redactions(Json json) throws IOException {
        json.object().field("total", totals()).name("files").object();
        for (Stored file : stored) {
            if (!file.item().redactions().isEmpty()) {
                json.field(file.path(), file.item().redactions());
            }
        }
        json.end().name("not_redacted").array();
        for (Stored file : stored) {
            if (file.item().binary()) {
                json.value((Object) file.path());
            }
        }
        json.end().end();
    }

    private void manifest(Json json, Map<String, String> about, Instant began) throws IOException {
        json.object().field("made_at", began);
        for (Map.Entry<String, String> fact : about.entrySet()) {
            json.field(fact.getKey(), redactor.redact(fact.getValue()).text());
        }
        json.field("problems", problems).name("files").array();
        for (Stored file : stored) {
            json.object()
                    .field("path", file.path())
                    .field("bytes", file.bytes())
                    .field("sha256", file.sha256())
                    .field("cut_bytes", file.item().cutBytes())
                    .field("redacted", !file.item().binary())
                    .end();
        }
        json.end().end();
    }

    private static String summary(Contents contents) {
        StringBuilder text =
                new StringBuilder(
                        "%d files, %d KiB, %d redactions (redactions.json says of what kind and where)%n"
                                .formatted(
                                        contents.files(),
                                        contents.bytes() / 1024,
                                        contents.redactions()));
        contents.problems()
                .forEach(problem -> text.append("missing: ").append(problem).append('\n'));
        return text.toString();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @SuppressWarnings("removal")
    private static Thread thread(Runnable task, String name) {
        return AccessController.doPrivileged(
                (PrivilegedAction<Thread>) () -> new Thread(null, task, name, 0, false));
    }
}
