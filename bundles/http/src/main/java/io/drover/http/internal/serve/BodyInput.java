package io.drover.http.internal.serve;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A request's body, cut off with an error beyond a limit. Used by one thread. */
final class BodyInput extends FilterInputStream {

    /** The body is longer than the limit. */
    static final class TooLongException extends IOException {

        private static final long serialVersionUID = 1L;

        TooLongException(int max) {
            super("the body is longer than " + max + " bytes");
        }
    }

    private final int max;
    private long bytes;

    BodyInput(InputStream in, int max) {
        super(in);
        this.max = max;
    }

    @Override
    public int read() throws IOException {
        int b = in.read();
        count(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = in.read(buffer, offset, length);
        count(Math.max(0, read));
        return read;
    }

    @Override
    public long skip(long n) throws IOException {
        long skipped = in.skip(n);
        count(skipped);
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void count(long more) throws IOException {
        bytes += more;
        if (bytes > max) {
            throw new TooLongException(max);
        }
    }
}
