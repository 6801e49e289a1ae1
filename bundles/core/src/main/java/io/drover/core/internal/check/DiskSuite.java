package io.drover.core.internal.check;

import io.drover.api.agent.Home;
import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Suite;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether the home folder can take what the agent writes, and for how long. */
public final class DiskSuite implements Suite {

    private static final long MIB = 1 << 20;

    private final Home home;
    private final long freeMinBytes;

    /**
     * @param freeMinBytes below it a warning, below an eighth of it a failure
     */
    public DiskSuite(Home home, long freeMinBytes) {
        this.home = home;
        this.freeMinBytes = freeMinBytes;
    }

    @Override
    public String name() {
        return "disk";
    }

    @Override
    public String about() {
        return "whether the home folder can be written and has room";
    }

    @Override
    public List<Check> run() {
        List<Check> checks = new ArrayList<>();
        Map<String, Path> folders =
                Map.of(
                        "log", home.log(),
                        "run", home.run(),
                        "secrets", home.secrets(),
                        "state", home.state());
        folders.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(folder -> checks.add(writable(folder.getKey(), folder.getValue())));
        checks.add(room());
        return checks;
    }

    private Check writable(String name, Path folder) {
        try {
            Path probe = Files.createTempFile(folder, ".diagnose", null);
            try {
                Files.writeString(probe, "a file that the self-check of the disk writes\n");
            } finally {
                Files.delete(probe);
            }
            return Check.pass(name, folder + " can be written");
        } catch (IOException e) {
            return Check.fail(
                    name,
                    folder + " cannot be written: " + e,
                    "make the folder writable for the user of the agent, or name another home",
                    "ls -ld " + folder + "; df -h " + folder + "; df -i " + folder);
        }
    }

    private Check room() {
        try {
            FileStore store = Files.getFileStore(home.root());
            long free = store.getUsableSpace();
            String finding =
                    "%d MiB of %d MiB are free on %s, below %s"
                            .formatted(
                                    free / MIB,
                                    store.getTotalSpace() / MIB,
                                    store.name(),
                                    home.root());
            String remedy =
                    "free some space; core.disk_free_min_mb (%d) says when to warn"
                            .formatted(freeMinBytes / MIB);
            String command = "du -xh --max-depth=2 " + home.root() + " | sort -h | tail -n 20";
            if (free < freeMinBytes / 8) {
                return Check.fail("room", finding, remedy, command);
            }
            return free < freeMinBytes
                    ? Check.warn("room", finding, remedy, command)
                    : Check.pass("room", finding);
        } catch (IOException e) {
            return Check.fail(
                    "room", "cannot be told: " + e, "look at the file system", "df " + home.root());
        }
    }
}
