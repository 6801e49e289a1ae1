package io.drover.api.flare;

import java.io.IOException;
import java.nio.file.Path;

/** Takes the files of one {@link FlareSource}. Used by the thread that called the source. */
public interface FlareFiles {

    /**
     * Adds a text.
     *
     * @param name the file's name with its ending, without a folder: {@code table.json}
     */
    void text(String name, String content) throws IOException;

    /**
     * Copies a file's end, at most the bound that the configuration gives to one file.
     *
     * @param name as in {@link #text}
     * @param binary whether it is stored as it is: it cannot be redacted, so only for formats that
     *     hold no secret, and the manifest says so
     */
    void copy(String name, Path file, boolean binary) throws IOException;
}
