package io.drover.autoscaling.internal.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What is looked for.
 *
 * @param namespace empty for all
 * @param name empty for all
 * @param since milliseconds of the epoch
 * @param until milliseconds of the epoch, not included
 * @param max the newest so many
 */
public record Query(String namespace, String name, long since, long until, int max) {

    boolean matches(Entry entry) {
        return entry.at() >= since
                && entry.at() < until
                && (namespace.isEmpty() || namespace.equals(entry.namespace()))
                && (name.isEmpty() || name.equals(entry.name()));
    }

    /** The newest entries that match, oldest first; reads files from the newest on. */
    List<Entry> run(Path folder) throws IOException {
        List<Entry> found = new ArrayList<>();
        List<Path> files = Folder.files(folder);
        for (int i = files.size() - 1; i >= 0 && found.size() < max; i--) {
            try {
                // What was last written before has nothing that is younger.
                if (Files.getLastModifiedTime(files.get(i)).toMillis() < since) {
                    break;
                }
                ArrayDeque<Entry> newest = new ArrayDeque<>();
                int room = max - found.size();
                Scan.of(
                        files.get(i),
                        entry -> {
                            if (matches(entry)) {
                                if (newest.size() == room) {
                                    newest.removeFirst();
                                }
                                newest.addLast(entry);
                            }
                        });
                found.addAll(0, newest);
            } catch (NoSuchFileException e) {
                break; // the oldest went meanwhile
            }
        }
        return found;
    }
}
