package io.drover.api.intake;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** One that sends. Any thread. */
public interface Sender extends AutoCloseable {

    /**
     * Why nothing can be sent now, in a sentence: there is no key, or the intake refuses it. What
     * is to be sent is best kept until this is empty. Answers from memory.
     */
    Optional<String> hindrance();

    /**
     * Posts something, with the API key in a header. When the intake refuses the key (401 or 403),
     * its source is asked again, and with a newer key the post is made once more. Blocks.
     *
     * @param timeout for the whole of one post
     * @return the HTTP status of the answer; its body is not read
     * @throws IOException when there is no answer, or no key; the message names the host and no
     *     secret
     * @throws InterruptedException when the calling thread is interrupted
     */
    int post(URI target, Content content, Duration timeout)
            throws IOException, InterruptedException;

    /** Nothing more is sent. */
    @Override
    void close();
}
