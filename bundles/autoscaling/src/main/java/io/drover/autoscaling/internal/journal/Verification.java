package io.drover.autoscaling.internal.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether the chain holds.
 *
 * @param files that were read
 * @param first the oldest entry that is kept; 0 for none
 * @param last the newest entry
 * @param hash behind the newest entry: whoever notes it elsewhere can tell later that nothing
 *     before it was changed
 * @param findings what is wrong, each with its file; empty when nothing is
 */
public record Verification(int files, long first, long last, String hash, List<String> findings) {

    public Verification {
        findings = List.copyOf(findings);
    }

    /** Whether nothing is wrong. */
    public boolean holds() {
        return findings.isEmpty();
    }

    /** In sentences. */
    public String text() {
        StringBuilder text = new StringBuilder();
        if (last == 0) {
            text.append("the journal is empty\n");
        } else {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "entries %d to %d in %d %s: %s%n  newest hash %s%n",
                            first,
                            last,
                            files,
                            files == 1 ? "file" : "files",
                            holds() ? "the chain holds" : "THE CHAIN IS BROKEN",
                            hash));
        }
        findings.forEach(finding -> text.append("  ").append(finding).append('\n'));
        return text.toString();
    }

    /**
     * Reads the whole journal; it may be written meanwhile.
     *
     * @param written the number of the newest entry that is on the disk: what lies behind it may be
     *     half a line
     */
    static Verification of(Path folder, long written) throws IOException {
        List<String> findings = new ArrayList<>();
        long first = 0;
        long last = 0;
        String hash = Chain.BEGIN;
        int read = 0;
        List<Path> files = Folder.files(folder);
        for (Path file : files) {
            if (!Files.exists(file)) {
                continue; // the oldest went meanwhile
            }
            Scan scan = Scan.of(file, entry -> {});
            String name = file.getFileName().toString();
            if (scan.head() == null) {
                findings.add(name + " has no head");
                continue;
            }
            if (read > 0 && scan.head().first() != last + 1) {
                findings.add(
                        name + " begins with " + scan.head().first() + ", not with " + (last + 1));
            } else if (read > 0 && !scan.head().before().equals(hash)) {
                findings.add(name + " does not follow the file before it");
            }
            boolean newest = file.equals(files.get(files.size() - 1));
            if (scan.altered()) {
                findings.add(name + ": the line behind entry " + scan.last() + " was altered");
            } else if (!scan.whole() && !(newest && scan.last() >= written)) {
                findings.add(name + ": what stands behind entry " + scan.last() + " is no line");
            }
            first = read == 0 ? scan.head().first() : first;
            read++;
            last = scan.last();
            hash = scan.hash();
        }
        if (last < written) {
            findings.add("entries " + (last + 1) + " to " + written + " are missing");
        }
        return new Verification(
                read, last < first ? 0 : first, last < first ? 0 : last, hash, findings);
    }
}
