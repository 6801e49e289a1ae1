package io.drover.config.internal.read;

import io.drover.api.config.Finding;
import java.util.ArrayList;
import java.util.List;

/**
 * All that the sources say, read once.
 *
 * @param headings each section that stands in a file, with keys or without
 * @param given each value, the weakest source first
 * @param findings what is wrong with the sources themselves, whatever the keys mean
 * @param files that were read, in their order
 * @param digest of all content; two readings with the same digest say the same
 */
public record Sources(
        List<Heading> headings,
        List<Given> given,
        List<Finding> findings,
        List<String> files,
        String digest) {

    /** A section and where it begins. */
    public record Heading(String word, String place) {}

    /** Nothing said. */
    public static final Sources NONE = new Sources(List.of(), List.of(), List.of(), List.of(), "");

    public Sources {
        headings = List.copyOf(headings);
        given = List.copyOf(given);
        findings = List.copyOf(findings);
        files = List.copyOf(files);
    }

    /** These, and stronger values above them. */
    public Sources with(List<Given> stronger) {
        List<Given> all = new ArrayList<>(given);
        all.addAll(stronger);
        return new Sources(headings, all, findings, files, digest);
    }
}
