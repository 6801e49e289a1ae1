package io.drover.core.internal.flare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The values that lie in the folder of secrets, for redaction. */
public final class KnownFiles {

    private static final long LONGEST = 64 << 10;
    private static final int LINE_MIN = 16;

    private KnownFiles() {}

    /**
     * Each file's text and, of one with several lines, as of a key, each longer line of its own.
     * What cannot be read cannot be in a text either. Certificates are no secrets.
     */
    public static List<String> in(Path folder) {
        List<String> known = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder, 3)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (!file.getFileName().toString().matches("(ca|tls)\\.pem")
                        && Files.size(file) <= LONGEST) {
                    add(known, file);
                }
            }
        } catch (IOException e) {
            return known;
        }
        return known;
    }

    private static void add(List<String> known, Path file) {
        try {
            String text = Files.readString(file).strip();
            if (text.lines().count() > 1) {
                text.lines()
                        .filter(line -> line.length() >= LINE_MIN && !line.startsWith("-----"))
                        .forEach(known::add);
            } else {
                known.add(text);
            }
        } catch (IOException e) {
            // Not text, or not readable: it will not be found in one.
        }
    }
}
