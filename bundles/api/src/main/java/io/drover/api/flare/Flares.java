package io.drover.api.flare;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * Makes support bundles. Given by the bundle {@code core}; any thread. The shell, the command line,
 * the API and gRPC are faces of it.
 */
public interface Flares {

    /** A name for a file with a support bundle that is made now: host and time are in it. */
    String fileName();

    /**
     * Makes a support bundle and writes it as a ZIP file: the files of all sources, each redacted,
     * and {@code manifest.json} (size, SHA-256, redactions and cuts of each), {@code
     * redactions.json} and {@code summary.txt}. Blocks within the bound of the configuration, plus
     * what {@code out} takes; does not close it. A source that fails costs its own files alone.
     *
     * @throws IllegalStateException while another one is being made
     * @throws IOException when {@code out} cannot be written
     */
    Contents write(OutputStream out) throws IOException, InterruptedException;

    /**
     * What a support bundle holds.
     *
     * @param files how many, those about itself left out
     * @param bytes of their contents before they were packed
     * @param redactions how often something was replaced
     * @param problems what is missing or cut, a sentence each; empty when nothing is
     */
    record Contents(int files, long bytes, long redactions, List<String> problems) {
        public Contents {
            problems = List.copyOf(problems);
        }
    }
}
