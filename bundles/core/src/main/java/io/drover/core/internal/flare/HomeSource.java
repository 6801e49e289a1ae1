package io.drover.core.internal.flare;

import io.drover.api.flare.FlareFiles;
import io.drover.api.flare.FlareSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What lies in the home folder: logs, configuration, crash files and a list of all files. */
public final class HomeSource implements FlareSource {

    private static final int LISTED_MAX = 2_000;
    private static final int LOGS_MAX = 20;

    private static final Pattern JVM_ERROR = Pattern.compile("hs_err_.*\\.log");

    private final Path root;

    public HomeSource(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "home";
    }

    @Override
    public void write(FlareFiles files) throws IOException {
        List<String> failures = new ArrayList<>();
        attempt(failures, () -> files.text("files.txt", listing()));
        for (String file : List.of("run/ports.json", "run/pid", "etc/drover.yaml")) {
            attempt(failures, () -> copy(files, root.resolve(file)));
        }
        for (Path file : in("etc/conf.d")) {
            attempt(failures, () -> copy(files, file));
        }
        for (Path file : in("log")) {
            attempt(failures, () -> copy(files, file));
        }
        for (Path file : in("crash")) {
            // Not a core, a heap dump or a recording: those cannot be redacted.
            if (JVM_ERROR.matcher(file.getFileName().toString()).matches()) {
                attempt(failures, () -> copy(files, file));
            }
        }
        if (!failures.isEmpty()) {
            throw new IOException(String.join("; ", failures));
        }
    }

    private interface Act {
        void run() throws IOException;
    }

    /** One file that cannot be read costs no other. */
    private static void attempt(List<String> failures, Act act) {
        try {
            act.run();
        } catch (IOException e) {
            failures.add(e.getMessage());
        }
    }

    private void copy(FlareFiles files, Path file) throws IOException {
        if (Files.isRegularFile(file)) {
            files.copy(root.relativize(file).toString().replace('/', '_'), real(file), false);
        }
    }

    /** A mounted ConfigMap is made of links; they may lead nowhere but into the same folder. */
    private static Path real(Path file) throws IOException {
        Path real = file.toRealPath();
        if (!real.startsWith(file.getParent().toRealPath())) {
            throw new IOException(file + " leads out of its folder");
        }
        return real;
    }

    /** The newest first. */
    private List<Path> in(String folder) throws IOException {
        Path path = root.resolve(folder);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(path)) {
            return all.filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted((a, b) -> Long.compare(changed(b), changed(a)))
                    .limit(LOGS_MAX)
                    .toList();
        }
    }

    private static long changed(Path file) {
        return file.toFile().lastModified();
    }

    private String listing() throws IOException {
        StringBuilder text = new StringBuilder(4096);
        try (Stream<Path> all = Files.walk(root, 3)) {
            for (Path file : all.filter(this::listed).sorted().limit(LISTED_MAX).toList()) {
                text.append(line(file)).append('\n');
            }
        }
        return text.toString();
    }

    /** Karaf's cache is made anew from the distribution. */
    private boolean listed(Path file) {
        return !file.startsWith(root.resolve("data")) || file.equals(root.resolve("data"));
    }

    private String line(Path file) {
        try {
            PosixFileAttributes facts =
                    Files.readAttributes(
                            file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return "%s%s %-8s %-8s %10d %s %s"
                    .formatted(
                            facts.isDirectory() ? "d" : facts.isSymbolicLink() ? "l" : "-",
                            PosixFilePermissions.toString(facts.permissions()),
                            facts.owner().getName(),
                            facts.group().getName(),
                            facts.size(),
                            facts.lastModifiedTime(),
                            root.relativize(file));
        } catch (IOException e) {
            return root.relativize(file) + ": " + e;
        }
    }
}
