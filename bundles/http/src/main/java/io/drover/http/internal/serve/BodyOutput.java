package io.drover.http.internal.serve;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The way of a body to the client: counts it, and tells a client that is gone from a body that
 * cannot be made. Used by one thread.
 */
final class BodyOutput extends OutputStream implements JsonWriter.Cut {

    private final OutputStream client;
    private long bytes;
    private boolean clientGone;
    private boolean cut;

    BodyOutput(OutputStream client) {
        this.client = client;
    }

    long bytes() {
        return bytes;
    }

    boolean clientGone() {
        return clientGone;
    }

    @Override
    public void cut() {
        cut = true;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
        if (cut) {
            return;
        }
        try {
            client.write(buffer, offset, length);
            bytes += length;
        } catch (IOException e) {
            clientGone = true;
            throw e;
        }
    }

    @Override
    public void flush() throws IOException {
        if (cut) {
            return;
        }
        try {
            client.flush();
        } catch (IOException e) {
            clientGone = true;
            throw e;
        }
    }

    /** The server ends the answer, not who writes it. */
    @Override
    public void close() throws IOException {
        flush();
    }
}
