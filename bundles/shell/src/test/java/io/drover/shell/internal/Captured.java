package io.drover.shell.internal;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;

/** What a command prints. */
final class Captured {

    private Captured() {}

    /** Its lines, without the spaces that pad cells and lines. */
    static List<String> linesOf(Action command) throws Exception {
        PrintStream terminal = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            command.execute();
        } finally {
            System.setOut(terminal);
        }
        return bytes.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceAll(" *\t *", "\t").stripTrailing())
                .toList();
    }
}
