package io.drover.http.internal.serve;

import io.drover.api.http.Guest.Field;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * What a guest has given for one answer and the connection has not taken yet. Small writes become
 * one: each by itself would be a frame, a TLS record and a system call. Any thread.
 */
final class Outbox {

    /** Small enough to copy, large enough to fill some TLS records. */
    private static final int TOGETHER_BYTES = 64 * 1024;

    /**
     * What to send next.
     *
     * @param head null unless it is the first
     * @param last whether the answer ends with it
     * @param trailers empty unless it is the last
     */
    record Piece(List<Field> head, ByteBuffer bytes, boolean last, List<Field> trailers) {}

    private final Queue<ByteBuffer> waiting = new ArrayDeque<>();
    private List<Field> head;
    private List<Field> trailers;
    private boolean begun;
    private boolean flushed;
    private boolean over;

    synchronized void head(List<Field> fields) {
        if (head == null && !over) {
            head = List.copyOf(fields);
        }
    }

    synchronized void add(ByteBuffer bytes) {
        if (!over && trailers == null && bytes.hasRemaining()) {
            waiting.add(bytes);
        }
    }

    /** What is there may be sent. */
    synchronized void flush() {
        flushed = true;
    }

    /** Nothing is added any more. */
    synchronized void finish(List<Field> fields) {
        if (over || trailers != null) {
            return;
        }
        if (head == null) {
            head = List.copyOf(fields);
            trailers = List.of();
        } else {
            trailers = List.copyOf(fields);
        }
    }

    /** Forgets all, and takes no more. */
    synchronized void close() {
        over = true;
        waiting.clear();
    }

    /** Takes out what to send next; null when there is nothing now. */
    synchronized Piece next() {
        boolean due = trailers != null || (flushed && (!waiting.isEmpty() || !begun));
        if (over || !due || head == null) {
            flushed = false;
            return null;
        }
        List<Field> first = begun ? null : head;
        begun = true;
        ByteBuffer bytes = together();
        boolean last = trailers != null && waiting.isEmpty();
        over = last;
        return new Piece(first, bytes, last, last ? trailers : List.of());
    }

    private ByteBuffer together() {
        ByteBuffer first = waiting.poll();
        if (first == null) {
            return ByteBuffer.allocate(0);
        }
        int bytes = first.remaining();
        int more = 0;
        for (ByteBuffer each : waiting) {
            if (bytes + each.remaining() > TOGETHER_BYTES) {
                break;
            }
            bytes += each.remaining();
            more++;
        }
        if (more == 0) {
            return first;
        }
        ByteBuffer all = ByteBuffer.allocate(bytes).put(first);
        for (int i = 0; i < more; i++) {
            all.put(waiting.remove());
        }
        return all.flip();
    }
}
