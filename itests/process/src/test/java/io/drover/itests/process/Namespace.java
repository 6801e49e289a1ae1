package io.drover.itests.process;

import io.drover.itests.process.Command.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A network namespace of the test's own, with its loopback up. Gone when closed. */
final class Namespace implements AutoCloseable {

    private final String name;

    private Namespace(String name) {
        this.name = name;
    }

    static Namespace make(String name) {
        String unique = name + "-" + ProcessHandle.current().pid();
        Command.run("ip", "netns", "add", unique).orFail();
        Namespace namespace = new Namespace(unique);
        Command.run("ip", "-n", unique, "link", "set", "lo", "up").orFail();
        return namespace;
    }

    /** The words that run a program inside. */
    List<String> prefix() {
        return List.of("ip", "netns", "exec", name);
    }

    Outcome run(String... words) {
        return run(Map.of(), words);
    }

    Outcome run(Map<String, String> environment, String... words) {
        List<String> all = new ArrayList<>(prefix());
        all.addAll(List.of(words));
        return Command.run(environment, all);
    }

    /** Loads nftables rules. */
    void rules(String ruleset) {
        try {
            Path file = Files.createTempFile("drover-rules", ".nft");
            try {
                Files.writeString(file, ruleset);
                run("nft", "-f", file.toString()).orFail();
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new AssertionError("cannot write rules", e);
        }
    }

    @Override
    public void close() {
        Command.run("ip", "netns", "del", name).orFail();
    }
}
