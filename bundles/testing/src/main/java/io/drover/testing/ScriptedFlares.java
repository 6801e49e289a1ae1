package io.drover.testing;

import io.drover.api.flare.Flares;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Support bundles that hold what a test gives. For one thread. */
public final class ScriptedFlares implements Flares {

    private final String text;
    private final IOException failure;

    /** Every one is this text. */
    public ScriptedFlares(String text) {
        this.text = text;
        this.failure = null;
    }

    /** Every one breaks when its first half is written. */
    public ScriptedFlares(String firstHalf, IOException failure) {
        this.text = firstHalf;
        this.failure = failure;
    }

    @Override
    public String fileName() {
        return "drover-flare-host-a-20260101T000000Z.zip";
    }

    @Override
    public Contents write(OutputStream out) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        if (failure != null) {
            throw failure;
        }
        return new Contents(3, text.length(), 2, List.of("conntrack: it did not end"));
    }
}
