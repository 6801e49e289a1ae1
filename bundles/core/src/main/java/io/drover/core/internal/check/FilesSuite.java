package io.drover.core.internal.check;

import io.drover.api.agent.Home;
import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Suite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Whether secrets are for the agent's user alone and nobody else can write its configuration. */
public final class FilesSuite implements Suite {

    private static final Set<PosixFilePermission> OF_OTHERS =
            EnumSet.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.GROUP_EXECUTE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE,
                    PosixFilePermission.OTHERS_EXECUTE);
    private static final Set<PosixFilePermission> WRITES_OF_OTHERS =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    /** Certificates are no secrets. */
    private static final Set<String> PUBLIC = Set.of("ca.pem", "tls.pem");

    private final Home home;
    private final Path self;

    public FilesSuite(Home home) {
        this(home, Path.of("/proc/self"));
    }

    FilesSuite(Home home, Path self) {
        this.home = home;
        this.self = self;
    }

    @Override
    public String name() {
        return "files";
    }

    @Override
    public String about() {
        return "owner and mode of secrets and configuration";
    }

    @Override
    public List<Check> run() {
        List<Check> checks = new ArrayList<>();
        try {
            UserPrincipal user = Files.getOwner(self);
            look(checks, home.secrets(), user, OF_OTHERS, "go=");
            look(checks, home.etc(), user, WRITES_OF_OTHERS, "go-w");
        } catch (IOException e) {
            checks.add(Check.skipped("files", "the user of this process cannot be told: " + e));
        }
        return checks;
    }

    private void look(
            List<Check> checks,
            Path folder,
            UserPrincipal user,
            Set<PosixFilePermission> never,
            String chmod)
            throws IOException {
        if (!Files.isDirectory(folder)) {
            checks.add(Check.skipped(name(folder), folder + " is not there"));
            return;
        }
        int before = checks.size();
        int seen = 0;
        try (Stream<Path> all = Files.walk(folder, 3)) {
            for (Path file : all.sorted().toList()) {
                seen++;
                if (!PUBLIC.contains(file.getFileName().toString())) {
                    lookAt(checks, file, user, never, chmod);
                }
            }
        }
        if (checks.size() == before) {
            checks.add(
                    Check.pass(
                            name(folder),
                            "%s and %d files in it belong to %s, with no right too many"
                                    .formatted(folder, seen - 1, user.getName())));
        }
    }

    private void lookAt(
            List<Check> checks,
            Path file,
            UserPrincipal user,
            Set<PosixFilePermission> never,
            String chmod)
            throws IOException {
        PosixFileAttributes facts =
                Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        boolean root = facts.owner().getName().equals("root");
        if (!facts.owner().equals(user) && !root) {
            checks.add(
                    Check.fail(
                            name(file),
                            file + " belongs to " + facts.owner().getName() + ", not to " + user,
                            "give it to the user of the agent",
                            "chown " + user.getName() + " " + file));
        }
        if (facts.isSymbolicLink()) {
            return;
        }
        Set<PosixFilePermission> tooMany = EnumSet.copyOf(never);
        tooMany.retainAll(facts.permissions());
        if (!tooMany.isEmpty()) {
            checks.add(
                    Check.fail(
                            name(file),
                            file
                                    + " has the mode "
                                    + PosixFilePermissions.toString(facts.permissions())
                                    + ": others may do with it what they should not",
                            "take those rights away",
                            "chmod " + chmod + " " + file));
        }
        if (!Files.isReadable(file)) {
            checks.add(
                    Check.fail(
                            name(file),
                            file + " cannot be read by the agent",
                            "make it readable for the user of the agent",
                            "chmod u+r " + file));
        }
    }

    private String name(Path file) {
        return home.root().relativize(file).toString();
    }
}
