package io.drover.api.flare;

import java.io.IOException;

/**
 * Something for the support bundle; a service of the bundle that knows it. {@code core} calls each
 * source on a thread of its own with a deadline, so that one that hangs costs only its own files.
 * Everything written is redacted before it is stored; a source still writes no secret knowingly.
 */
public interface FlareSource {

    /** The folder in the support bundle: the word of the bundle, {@code conntrack}. */
    String name();

    /** Writes its files. May block; answers interruption. */
    void write(FlareFiles files) throws IOException, InterruptedException;
}
