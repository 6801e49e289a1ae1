package io.drover.core.internal.apikey;

import io.drover.api.intake.Content;
import io.drover.api.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Asks and posts with a key. Any thread; blocks. A seam for tests of the rules around it. */
interface Connection {

    /**
     * GET with the key in a header.
     *
     * @return the HTTP status
     */
    int get(URI target, Secret key, Duration timeout) throws IOException, InterruptedException;

    /**
     * POST with the key in a header.
     *
     * @return the HTTP status
     */
    int post(URI target, Secret key, Content content, Duration timeout)
            throws IOException, InterruptedException;
}
