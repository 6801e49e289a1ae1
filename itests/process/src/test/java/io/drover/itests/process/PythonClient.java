package io.drover.itests.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The gRPC client in another language, made from the published proto files. */
final class PythonClient {

    private PythonClient() {}

    /** Calls {@code drover} as the words say. */
    static Command.Outcome run(RunningDrover drover, String... words) {
        return Command.run(Map.of(), words(drover, words));
    }

    /** The same, where the agent's network namespace is. */
    static Command.Outcome run(Namespace namespace, RunningDrover drover, String... words) {
        List<String> all = new ArrayList<>(namespace.prefix());
        all.addAll(words(drover, words));
        return Command.run(Map.of(), all);
    }

    /** The command line of the same, for what goes on beside a test. */
    static List<String> words(RunningDrover drover, String... words) {
        Needs.program("python3", "python3-venv");
        Path itests = Path.of(System.getProperty("drover.itests")).normalize();
        String[] lines =
                Command.run(itests.resolve("tools/python-grpc.sh").toString())
                        .orFail()
                        .strip()
                        .split("\n");
        List<String> all =
                new ArrayList<>(
                        List.of(
                                lines[lines.length - 1],
                                itests.resolve("tools/grpc_client.py").toString(),
                                itests.resolve("../bundles/proto/src/main/proto")
                                        .normalize()
                                        .toString(),
                                "127.0.0.1:" + drover.port("grpc"),
                                drover.authority().toString(),
                                drover.home().resolve("secrets/local_token").toString()));
        all.addAll(List.of(words));
        return all;
    }
}
