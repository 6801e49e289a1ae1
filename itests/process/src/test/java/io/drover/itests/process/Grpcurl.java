package io.drover.itests.process;

import java.nio.file.Path;

/** grpcurl, a gRPC client that is not ours; installed from its Go module on first use. */
final class Grpcurl {

    private static String path;

    private Grpcurl() {}

    static synchronized String path() {
        if (path == null) {
            Needs.program("go", "golang-go");
            String script =
                    Path.of(System.getProperty("drover.itests"))
                            .resolve("tools/grpcurl.sh")
                            .normalize()
                            .toString();
            String[] lines = Command.run(script).orFail().strip().split("\n");
            path = lines[lines.length - 1];
        }
        return path;
    }
}
