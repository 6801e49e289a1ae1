package io.drover.grpc.internal;

import io.drover.api.http.Guest;
import io.drover.api.http.Guest.Field;
import io.grpc.Attributes;
import io.grpc.InternalStatus;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.internal.AbstractServerStream;
import io.grpc.internal.GrpcUtil;
import io.grpc.internal.ReadableBuffers;
import io.grpc.internal.SerializingExecutor;
import io.grpc.internal.StatsTraceContext;
import io.grpc.internal.TransportFrameUtil;
import io.grpc.internal.TransportTracer;
import io.grpc.internal.WritableBuffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One call that comes by the shared listener: grpc-java's own framing, limits and flow control,
 * over the request and the answer of the bundle http. Any thread; what touches the state of the
 * transport is done one after the other.
 */
final class SharedStream extends AbstractServerStream {

    private static final Field CONTENT_TYPE =
            new Field(GrpcUtil.CONTENT_TYPE_KEY.name(), GrpcUtil.CONTENT_TYPE_GRPC);

    /** Bytes that came and that the call has not asked for; further ones wait with the client. */
    private static final int UNREAD_MAX_BYTES = 64 * 1024;

    /** A longer message goes in parts. */
    private static final int PART_MAX_BYTES = 1024 * 1024;

    private final Guest.Outgoing answer;
    private final Attributes attributes;
    private final String authority;
    private final Consumer<SharedStream> onEnd;
    private final Wire wire;
    private final Answers answers = new Answers();

    /**
     * @param authority null when the client says none
     * @param onEnd told of it once, when nothing follows
     */
    SharedStream(
            Guest.Outgoing answer,
            Attributes attributes,
            String authority,
            int messageMaxBytes,
            StatsTraceContext stats,
            Consumer<SharedStream> onEnd) {
        super(Part::new, stats);
        this.answer = answer;
        this.attributes = attributes;
        this.authority = authority;
        this.onEnd = onEnd;
        this.wire = new Wire(messageMaxBytes, stats);
    }

    /** Begins to read, after the call is known to the server. */
    Guest.Incoming begin() {
        wire.runOnTransportThread(
                () -> {
                    wire.onStreamAllocated();
                    wire.readOn();
                });
        return new Ear();
    }

    @Override
    public int streamId() {
        return -1;
    }

    @Override
    public Attributes getAttributes() {
        return attributes;
    }

    @Override
    public String getAuthority() {
        return authority;
    }

    @Override
    protected Wire transportState() {
        return wire;
    }

    @Override
    protected Sink abstractServerStreamSink() {
        return answers;
    }

    private static List<Field> fields(Metadata metadata, boolean first) {
        metadata.discardAll(GrpcUtil.CONTENT_TYPE_KEY);
        metadata.discardAll(GrpcUtil.TE_HEADER);
        metadata.discardAll(GrpcUtil.USER_AGENT_KEY);
        List<Field> fields = new ArrayList<>();
        if (first) {
            fields.add(CONTENT_TYPE);
        }
        byte[][] wire = TransportFrameUtil.toHttp2Headers(metadata);
        for (int i = 0; i < wire.length; i += 2) {
            fields.add(new Field(text(wire[i]), text(wire[i + 1])));
        }
        return fields;
    }

    private static String text(byte[] ascii) {
        return new String(ascii, StandardCharsets.US_ASCII);
    }

    /** A status as the head of an answer without a message. */
    static List<Field> statusAlone(Status status) {
        Metadata trailers = new Metadata();
        trailers.put(InternalStatus.CODE_KEY, status);
        if (status.getDescription() != null) {
            trailers.put(InternalStatus.MESSAGE_KEY, status.getDescription());
        }
        return fields(trailers, true);
    }

    /** What the bundle http tells. */
    private final class Ear implements Guest.Incoming {

        @Override
        public void received(ByteBuffer bytes, boolean last) {
            wire.runOnTransportThread(() -> wire.received(bytes, last));
        }

        @Override
        public void sent(long bytes) {
            wire.onSentBytes((int) bytes);
        }

        @Override
        public void done() {
            wire.runOnTransportThread(() -> wire.end(Status.CANCELLED));
            onEnd.accept(SharedStream.this);
        }

        @Override
        public void broken(Throwable why) {
            Status status = Status.CANCELLED.withDescription("the client has gone").withCause(why);
            wire.runOnTransportThread(() -> wire.end(status));
            onEnd.accept(SharedStream.this);
        }
    }

    /** The state of the transport. Its methods are called one after the other. */
    final class Wire extends TransportState {

        private final SerializingExecutor inOrder = new SerializingExecutor(Runnable::run);
        private long unread;
        private boolean asked;
        private boolean ended;

        private Wire(int messageMaxBytes, StatsTraceContext stats) {
            super(messageMaxBytes, stats, new TransportTracer());
        }

        @Override
        public void runOnTransportThread(Runnable part) {
            inOrder.execute(part);
        }

        private void received(ByteBuffer bytes, boolean last) {
            asked = false;
            ended = last;
            unread += bytes.remaining();
            inboundDataReceived(ReadableBuffers.wrap(bytes), last);
            readOn();
        }

        @Override
        public void bytesRead(int bytes) {
            unread -= bytes;
            readOn();
        }

        private void readOn() {
            if (!asked && !ended && unread < UNREAD_MAX_BYTES) {
                asked = true;
                answer.read();
            }
        }

        /**
         * Nothing follows. What the call has been ended with holds also when the client goes before
         * it could be told that it has got all: some close their connection at once.
         *
         * @param unlessClosed how it ends if the call has not been ended; told to nobody when it
         *     was broken off before
         */
        private void end(Status unlessClosed) {
            if (answers.closed()) {
                complete();
            } else {
                transportReportStatus(unlessClosed);
            }
        }

        @Override
        public void deframeFailed(Throwable cause) {
            Status status = Status.fromThrowable(cause);
            transportReportStatus(status);
            answers.breakOff(status);
        }
    }

    /** What grpc-java sends. */
    private final class Answers implements Sink {

        /** Guarded by this. */
        private boolean begun;

        private boolean closed;

        /** Whether the call has been ended by whoever answers it. */
        synchronized boolean closed() {
            return closed;
        }

        @Override
        public synchronized void writeHeaders(Metadata headers, boolean flush) {
            begun = true;
            answer.head(fields(headers, true));
            if (flush) {
                answer.flush();
            }
        }

        @Override
        public void writeFrame(WritableBuffer frame, boolean flush, int messages) {
            if (frame != null && frame.readableBytes() > 0) {
                onSendingBytes(frame.readableBytes());
                answer.write(((Part) frame).bytes());
            }
            if (flush) {
                answer.flush();
            }
        }

        @Override
        public synchronized void writeTrailers(
                Metadata trailers, boolean headersSent, Status status) {
            begun = true;
            closed = true;
            answer.finish(fields(trailers, !headersSent));
        }

        @Override
        public void cancel(Status status) {
            wire.runOnTransportThread(() -> wire.transportReportStatus(status));
            breakOff(status);
        }

        /** The client is told why, unless it has got a part of the answer already. */
        synchronized void breakOff(Status status) {
            if (begun) {
                answer.reset();
            } else {
                begun = true;
                answer.finish(statusAlone(status));
            }
        }
    }

    /** A part of a message on its way out. */
    private static final class Part implements WritableBuffer {

        private final ByteBuffer buffer;

        Part(int bytes) {
            buffer = ByteBuffer.allocate(Math.min(bytes, PART_MAX_BYTES));
        }

        /** What was written; nothing must be added any more. */
        ByteBuffer bytes() {
            return buffer.flip();
        }

        @Override
        public void write(byte[] source, int index, int length) {
            buffer.put(source, index, length);
        }

        @Override
        public void write(byte one) {
            buffer.put(one);
        }

        @Override
        public int writableBytes() {
            return buffer.remaining();
        }

        @Override
        public int readableBytes() {
            return buffer.position();
        }

        @Override
        public void release() {
            // The collector's.
        }
    }
}
