package io.drover.core.internal.coredump;

import io.drover.core.internal.coredump.CorePattern.Crasher;
import io.drover.core.internal.coredump.CorePattern.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a process's {@link Situation} from {@code /proc} (man 5 proc). Any thread; blocks as long
 * as the file systems involved do.
 */
final class ProcSituation {

    /** PROC_PID_INIT_INO: the name of the first pid namespace, the host's own. */
    private static final String HOST_PIDS = "pid:[4026531836]";

    private static final Pattern CORE_LIMIT =
            Pattern.compile("(?m)^Max core file size +(\\S+) +(\\S+)");
    private static final Pattern MAPPED_FILE =
            Pattern.compile("^([0-9a-f]+)-([0-9a-f]+) r..([ps]) \\S+ \\S+ [1-9]");
    private static final int FILE_PRIVATE = 1 << 2;
    private static final int FILE_SHARED = 1 << 3;
    private static final int STICKY = 01000;

    private final Path proc;
    private final String self;
    private final Map<String, String> environment;

    /**
     * @param proc where proc is mounted
     * @param self the process as a name in it: {@code self} or its pid
     */
    ProcSituation(Path proc, String self, Map<String, String> environment) {
        this.proc = proc;
        this.self = self;
        this.environment = environment;
    }

    /**
     * As it is now.
     *
     * @param dumpable as the kernel told it; empty when nobody could ask: then 1, as for any
     *     process that has not changed its rights
     */
    Situation read(OptionalInt dumpable) throws IOException {
        String[] limits = coreLimit();
        String status = Files.readString(of("status"));
        CorePattern pattern = pattern();
        Crasher crasher =
                new Crasher(
                        field(status, "Pid"),
                        field(status, "Uid"),
                        field(status, "Gid"),
                        Files.readString(proc.resolve("sys/kernel/hostname")).strip());
        Path workingDirectory = Files.readSymbolicLink(of("cwd"));
        long kibibytes =
                field(status, "RssAnon") + field(status, "RssShmem") + field(status, "VmSwap");
        return new Situation(
                limit(limits[0]),
                limit(limits[1]),
                dumpable.orElse(1),
                pattern,
                workingDirectory,
                crasher,
                target(pattern, workingDirectory, crasher),
                program(pattern),
                Math.max(0, kibibytes) * 1_024 + mappedFileBytes());
    }

    /**
     * Mapped files that the process has asked to be in its core (coredump_filter, bits 2 and 3), as
     * HotSpot does with the JDK's own.
     */
    private long mappedFileBytes() throws IOException {
        int filter = Integer.parseInt(Files.readString(of("coredump_filter")).strip(), 16);
        boolean own = (filter & FILE_PRIVATE) != 0;
        boolean shared = (filter & FILE_SHARED) != 0;
        long bytes = 0;
        for (String line : Files.readAllLines(of("maps"))) {
            Matcher file = MAPPED_FILE.matcher(line);
            if (file.find() && (file.group(3).equals("p") ? own : shared)) {
                bytes += Long.parseLong(file.group(2), 16) - Long.parseLong(file.group(1), 16);
            }
        }
        return bytes;
    }

    private String[] coreLimit() throws IOException {
        Matcher found = CORE_LIMIT.matcher(Files.readString(of("limits")));
        if (!found.find()) {
            throw new IOException(of("limits") + " names no limit of core files");
        }
        return new String[] {found.group(1), found.group(2)};
    }

    /** What the kernel does with cores, on this host as a whole. */
    CorePattern pattern() throws IOException {
        return CorePattern.parse(
                Files.readString(proc.resolve("sys/kernel/core_pattern")),
                !Files.readString(proc.resolve("sys/kernel/core_uses_pid")).strip().equals("0"));
    }

    private Path of(String file) {
        return proc.resolve(self).resolve(file);
    }

    private static long limit(String word) {
        return word.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(word);
    }

    /** The second number of a line with four (real, effective, …), else the first; 0 for none. */
    private static long field(String status, String name) {
        Matcher line =
                Pattern.compile("(?m)^" + name + ":\\s*(\\d+)(?:\\s+(\\d+))?").matcher(status);
        if (!line.find()) {
            return 0;
        }
        return Long.parseLong(line.group(2) == null ? line.group(1) : line.group(2));
    }

    private static Optional<Situation.Target> target(
            CorePattern pattern, Path workingDirectory, Crasher crasher) throws IOException {
        if (pattern.kind() != Kind.FILE) {
            return Optional.empty();
        }
        Optional<Path> folder = pattern.folder(workingDirectory, crasher);
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        Path there = folder.get();
        boolean isFolder = Files.isDirectory(there);
        boolean writable = isFolder && Files.isWritable(there) && Files.isExecutable(there);
        Situation.Existing existing = Situation.Existing.NOTHING;
        if (isFolder && pattern.name(crasher).isPresent()) {
            existing = existing(there, pattern.name(crasher).get(), crasher);
        }
        long free = isFolder ? Files.getFileStore(there).getUsableSpace() : 0;
        return Optional.of(new Situation.Target(there, isFolder, writable, existing, free));
    }

    private static Situation.Existing existing(Path folder, String name, Crasher crasher)
            throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Situation.Existing.NOTHING;
        }
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            return Situation.Existing.FOLDER;
        }
        boolean sticky = ((int) Files.getAttribute(folder, "unix:mode") & STICKY) != 0;
        boolean ours =
                crasher.uid() == 0
                        || owner(file) == crasher.uid()
                        || owner(folder) == crasher.uid();
        return sticky && !ours ? Situation.Existing.OF_ANOTHER : Situation.Existing.REPLACEABLE;
    }

    private static long owner(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    private Optional<Situation.Program> program(CorePattern pattern) throws IOException {
        if (pattern.kind() != Kind.PROGRAM) {
            return Optional.empty();
        }
        boolean host =
                Files.readSymbolicLink(of("ns/pid")).toString().equals(HOST_PIDS)
                        && !environment.containsKey("KUBERNETES_SERVICE_HOST");
        Path program = pattern.program();
        // The kernel runs it as root, whoever may run it here.
        boolean executable =
                program.isAbsolute()
                        && Files.isRegularFile(program)
                        && Files.getPosixFilePermissions(program)
                                .contains(PosixFilePermission.OWNER_EXECUTE);
        return Optional.of(new Situation.Program(executable, host));
    }
}
