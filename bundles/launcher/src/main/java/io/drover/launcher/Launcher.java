package io.drover.launcher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Entry of the process. {@code run} starts the agent in the foreground; every other verb asks the
 * running agent.
 *
 * <p>A launcher of our own, and not Karaf's script, for three reasons: the script passes {@code
 * --patch-module}, which switches off the JVM's class data sharing; SIGTERM must end in exit code
 * 0; and a failed start must give its exit code.
 */
public final class Launcher {

    private Launcher() {}

    public static void main(String[] args) {
        int exitCode;
        try {
            exitCode = launch(new ArrayList<>(Arrays.asList(args)));
        } catch (StartException e) {
            System.err.println("drover: " + e.getMessage());
            exitCode = e.exitCode();
        }
        System.exit(exitCode);
    }

    private static int launch(List<String> words) throws StartException {
        if (words.isEmpty()) {
            throw new StartException(ExitCode.USAGE, "no verb; try: drover help");
        }
        String verb = words.remove(0);
        Path home = Path.of(System.getProperty("drover.home", "run")).toAbsolutePath().normalize();
        Distribution distribution =
                new Distribution(Path.of(System.getProperty("karaf.home", ".")));
        if (verb.equals("flare")) {
            return new Flare(distribution, home).make(new Words(verb, words), System.out);
        }
        if (verb.equals("run")) {
            return new AgentProcess(distribution, home, words).run();
        }
        if (verb.equals("config") && !words.isEmpty() && words.get(0).equals("validate")) {
            List<String> files =
                    new Words("config validate", words.subList(1, words.size())).rest();
            return new ConfigValidation(distribution, home).run(files, System.out);
        }
        if (verb.equals("simulate")) {
            return new SimulateVerb(distribution).run(new Words(verb, words), System.out);
        }
        return new Client(home).ask(new Words(verb, words), System.out);
    }
}
