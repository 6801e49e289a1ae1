package io.drover.http.internal.serve;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * The way of a body to the client. What fits into one buffer goes out when it is whole, with its
 * length and without holding a thread while the client reads; what does not goes out piece by
 * piece, at the client's pace. Used by one thread.
 */
final class BodyOutput extends OutputStream implements JsonWriter.Cut {

    private static final int BUFFER_BYTES = 16_384;

    private final Response response;
    private final ByteBufferPool pool;
    private RetainableByteBuffer buffer;
    private long bytes;
    private boolean begun;
    private boolean clientGone;
    private boolean cut;
    private volatile long waitingSince;

    BodyOutput(Response response, ByteBufferPool pool) {
        this.response = response;
        this.pool = pool;
    }

    long bytes() {
        return bytes;
    }

    /** Whether a piece has been sent: what follows cannot be another body. */
    boolean begun() {
        return begun;
    }

    /** Whether the client could not be reached. */
    boolean clientGone() {
        return clientGone;
    }

    /** Since when, in nanoseconds, a piece has been waiting for the client; 0 when none is. */
    long waitingSince() {
        return waitingSince;
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
    public void write(byte[] from, int offset, int length) throws IOException {
        if (cut) {
            return;
        }
        int at = offset;
        int left = length;
        while (left > 0) {
            ByteBuffer room = room();
            int position = BufferUtil.flipToFill(room);
            int now = Math.min(left, room.remaining());
            room.put(from, at, now);
            BufferUtil.flipToFlush(room, position);
            at += now;
            left -= now;
            bytes += now;
            if (room.remaining() == room.capacity()) {
                send();
            }
        }
    }

    private ByteBuffer room() {
        if (buffer == null) {
            buffer = pool.acquire(BUFFER_BYTES, false);
        }
        return buffer.getByteBuffer();
    }

    /** Nothing: pieces go out as they are full. */
    @Override
    public void flush() {}

    private void send() throws IOException {
        begun = true;
        waitingSince = System.nanoTime();
        try (Blocker.Callback sent = Blocker.callback()) {
            response.write(false, buffer.getByteBuffer(), sent);
            sent.block();
        } catch (IOException e) {
            clientGone = true;
            throw e;
        } finally {
            waitingSince = 0;
        }
        BufferUtil.clear(buffer.getByteBuffer());
    }

    /** Sends what is left and ends the body; {@code done} is called when the client has it. */
    void end(Callback done) {
        if (!begun) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes);
        }
        ByteBuffer last = buffer == null ? BufferUtil.EMPTY_BUFFER : buffer.getByteBuffer();
        response.write(true, last, Callback.from(done, this::release));
    }

    /** Gives the buffer back; what is in it is lost. */
    void release() {
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
    }

    /** Takes back what was written, so that another body may be made. */
    void reset() {
        release();
        bytes = 0;
        cut = false;
    }

    /** The server ends the answer, not who writes it. */
    @Override
    public void close() {
        flush();
    }
}
