package io.drover.api.intake;

import java.io.IOException;
import java.io.InputStream;

/** The body of a post. */
public interface Content {

    /** The content type with its parameters. */
    String type();

    /**
     * The body from its begin. Called once for each try; whoever called it closes it.
     *
     * @throws IOException when it cannot be read, which ends the try
     */
    InputStream open() throws IOException;
}
