package io.drover.profiling.internal;

import io.drover.api.intake.Intake;
import io.drover.api.intake.Sender;
import io.drover.api.profiling.Profiling;
import io.drover.api.status.State;
import io.drover.api.status.Status;
import io.drover.api.status.Step;
import io.drover.profiling.internal.report.FlameGraph;
import io.drover.profiling.internal.report.Profile;
import io.drover.profiling.internal.report.Summary;
import io.drover.profiling.internal.upload.Uploader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ring, its reports and its upload, as configuration and people want them. What changes the
 * ring is called by one thread; everything else by any.
 */
final class Profiler {

    private static final Logger LOG = LoggerFactory.getLogger(Profiler.class);

    /** Sorts by time. */
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    static final String OFF =
            "profiling is off; switch it on with: drover profiling on, or profiling.enabled: true";

    private final Supplier<Ring> maker;
    private final Path folder;
    private final List<String> facts;
    private final Clock clock;
    private final Semaphore reading = new Semaphore(1);

    private volatile Settings settings;
    private volatile Ring ring;
    private volatile Instant since;
    private volatile Status status;
    private volatile Status uploadStatus;
    private volatile Intake intake;
    private volatile Uploader uploader;
    private Instant uploadedTo;
    private Instant uploadDue = Instant.MAX;

    /**
     * @param maker makes the ring when it is switched on
     * @param folder for everything on disk
     * @param facts tags of uploads, {@code name:value}
     */
    Profiler(
            Settings settings, Supplier<Ring> maker, Path folder, List<String> facts, Clock clock) {
        this.settings = settings;
        this.maker = maker;
        this.folder = folder;
        this.facts = facts;
        this.clock = clock;
        Instant now = clock.instant();
        this.status = settings.enabled() ? Status.starting(now) : Status.skipped(OFF, now);
        this.uploadStatus =
                settings.upload().isPresent()
                        ? Status.waiting("waits for the service Intake of the bundle core", now)
                        : Status.skipped("profiling.upload is false", now);
    }

    /** Brings ring and upload in line with a configuration, also when it is the first. */
    void apply(Settings next) {
        boolean otherRing = !next.ring().equals(settings.ring());
        boolean otherUpload = !next.upload().equals(settings.upload());
        settings = next;
        if (!next.enabled()) {
            stop();
        } else if (ring == null) {
            startOrDegrade();
        } else if (otherRing) {
            stop();
            startOrDegrade();
        }
        if (otherUpload) {
            closeUploader();
            uploadStatus =
                    next.upload().isPresent()
                            ? uploadStatus.toWaiting(
                                    "waits for the service Intake of the bundle core",
                                    clock.instant())
                            : Status.skipped("profiling.upload is false", clock.instant());
        }
        settleUpload();
    }

    /** What a person asks for. */
    void change(Profiling.Change change) throws IOException {
        if (change == Profiling.Change.OFF || change == Profiling.Change.RESTART) {
            stop();
        }
        if (change != Profiling.Change.OFF && ring == null) {
            start();
        }
        LOG.info("profiling was changed by hand: change={}", change);
    }

    private void startOrDegrade() {
        try {
            start();
        } catch (IOException e) {
            LOG.warn("profiling is not available", e);
        }
    }

    private void start() throws IOException {
        status = status.state() == State.STARTING ? status : status.toStarting(clock.instant());
        try {
            Ring next = maker.get();
            next.start(settings.ring());
            ring = next;
            since = clock.instant();
            uploadedTo = since;
            status = status.toActive(since);
            LOG.info("the profile's ring records: maxBytes={}", settings.ring().maxBytes());
        } catch (LinkageError e) {
            degrade("this Java has no flight recorder (module jdk.jfr)");
            throw new IOException("this Java has no flight recorder (module jdk.jfr)", e);
        } catch (IOException | RuntimeException e) {
            degrade("the flight recorder cannot be started: " + e.getMessage());
            throw new IOException("the flight recorder cannot be started: " + e.getMessage(), e);
        }
    }

    private void degrade(String why) {
        status =
                status.toDegraded(
                        why, "look at the log, then: drover profiling on", clock.instant());
    }

    /** Ends the ring. */
    void stop() {
        Ring old = ring;
        ring = null;
        since = null;
        if (old != null) {
            old.stop();
            LOG.info("the profile's ring has ended");
        }
        status = Status.skipped(OFF, clock.instant());
    }

    void use(Intake service) {
        intake = service;
    }

    void lose(Intake service) {
        if (intake == service) {
            intake = null;
        }
    }

    /** Opens or closes the sender as intake and configuration are there; sends what is due. */
    void tick() throws InterruptedException {
        settleUpload();
        Uploader sending = uploader;
        if (sending == null || clock.instant().isBefore(uploadDue)) {
            return;
        }
        uploadDue = clock.instant().plus(settings.upload().orElseThrow().period());
        Ring now = ring;
        if (now == null) {
            sending.again();
        } else {
            Instant from = uploadedTo;
            Instant to = clock.instant();
            sending.next(from, to, out -> now.write(from, to, out));
            uploadedTo = to;
        }
        uploadStatus =
                sending.trouble().isEmpty()
                        ? uploadStatus.toActive(clock.instant())
                        : uploadStatus.toDegraded(
                                sending.trouble(),
                                "see the API key: drover diagnose; drover status",
                                clock.instant());
    }

    private void settleUpload() {
        Intake there = intake;
        boolean wanted = settings.upload().isPresent() && there != null;
        if (wanted && uploader == null) {
            Sender sender = there.open("profile upload");
            uploader =
                    new Uploader(settings.upload().get(), folder.resolve("upload"), facts, sender);
            uploadDue = clock.instant().plus(settings.upload().get().period());
            uploadStatus = uploadStatus.toActive(clock.instant());
        } else if (!wanted && uploader != null) {
            closeUploader();
            uploadStatus =
                    uploadStatus.toWaiting(
                            "waits for the service Intake of the bundle core", clock.instant());
        }
    }

    private void closeUploader() {
        Uploader old = uploader;
        uploader = null;
        if (old != null) {
            old.close();
        }
    }

    /** The end of the bundle. */
    void close() {
        closeUploader();
        stop();
    }

    List<Step> steps() {
        return List.of(
                Step.optional("ring", "Profiling ring", status),
                // Needed for ready until it has said that it sends: a start without a key must end.
                Step.needed("upload", "Profile upload", uploadStatus));
    }

    Profiling.View view() {
        Settings now = settings;
        Ring records = ring;
        return new Profiling.View(
                records != null,
                Optional.ofNullable(since),
                now.ring().maxBytes(),
                now.ring().maxAge(),
                records == null ? 0 : records.bytes());
    }

    Optional<Uploader> uploader() {
        return Optional.ofNullable(uploader);
    }

    Map<String, Object> facts() {
        Map<String, Object> shown = new LinkedHashMap<>();
        // Not the size of the ring: it is asked of the recorder, and this is looked at five times a
        // second.
        shown.put("running", ring != null);
        uploader()
                .ifPresent(
                        sending -> {
                            shown.put("profiles_sent", sending.sent());
                            shown.put("profiles_waiting", sending.waiting());
                            shown.put("profiles_dropped", sending.dropped());
                        });
        return shown;
    }

    void recording(Duration last, OutputStream out) throws IOException {
        Path file = recordingFile(last);
        try {
            Files.copy(file, out);
        } finally {
            Files.delete(file);
        }
    }

    /** A recording in a file of its own, which the caller deletes. */
    Path recordingFile(Duration last) throws IOException {
        return alone(ring -> file(ring, last));
    }

    /** A recording in a file that stays. */
    Path dump(Duration last) throws IOException {
        Path made = recordingFile(last);
        String name = "drover-" + STAMP.format(clock.instant()) + ".jfr";
        Path kept = Files.move(made, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "drover-*.jfr")) {
            files.forEach(all::add);
        }
        all.sort(Comparator.naturalOrder());
        for (Path old : all.subList(0, Math.max(0, all.size() - settings.dumpsMax()))) {
            Files.deleteIfExists(old);
        }
        return kept;
    }

    String summary(Duration last) throws IOException {
        return alone(ring -> Summary.of(read(ring, last)));
    }

    String flameGraph(Profiling.Of what, Duration last) throws IOException {
        return alone(
                ring -> {
                    Profile profile = read(ring, last);
                    return what == Profiling.Of.CPU
                            ? FlameGraph.ofCpu(profile)
                            : FlameGraph.ofAllocation(profile);
                });
    }

    private Profile read(Ring from, Duration last) throws IOException {
        Path file = file(from, last);
        try {
            return Profile.read(file, clock.instant().minus(last), settings.samplesMax());
        } finally {
            Files.delete(file);
        }
    }

    private Path file(Ring from, Duration last) throws IOException {
        Path file = Files.createTempFile(folder(), "recording", ".jfr");
        Instant now = clock.instant();
        boolean written = false;
        try (OutputStream out = Files.newOutputStream(file)) {
            written = from.write(now.minus(last), now, out);
        } finally {
            if (!written) {
                Files.delete(file);
            }
        }
        if (!written) {
            throw new IOException("nothing was recorded in that time");
        }
        return file;
    }

    private Path folder() throws IOException {
        return Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private interface Reading<T> {
        T of(Ring ring) throws IOException;
    }

    /** One at a time: a report holds a part of the recording in memory. */
    private <T> T alone(Reading<T> read) throws IOException {
        Ring now = ring;
        if (now == null) {
            throw new IllegalStateException(OFF);
        }
        if (!reading.tryAcquire()) {
            throw new IOException("another report is being made; ask again in a moment");
        }
        try {
            return read.of(now);
        } finally {
            reading.release();
        }
    }
}
