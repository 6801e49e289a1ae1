package io.drover.kernel.internal;

import io.drover.api.kernel.NetlinkBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The arrays of recvmmsg, laid out once and used for each call. */
final class Batch implements NetlinkBatch {

    /**
     * Between two datagrams' rooms, whose sizes are powers of two: else all first bytes would share
     * a few lines of the processor's caches, and push each other out.
     */
    private static final int STAGGER_BYTES = 5 * 64;

    private final int bytesEach;
    private final int stride;
    private final ByteBuffer headers;
    private final ByteBuffer vectors;
    private final ByteBuffer control;
    private final ByteBuffer data;
    private final ByteBuffer[] datagrams;
    private final long headersAddress;
    private final boolean withControl;

    Batch(int capacity, int bytesEach, boolean withControl) {
        this.bytesEach = bytesEach;
        this.stride = bytesEach + STAGGER_BYTES;
        this.withControl = withControl;
        headers = Memory.allocate(capacity * Linux.MMSGHDR_BYTES);
        vectors = Memory.allocate(capacity * Linux.IOVEC_BYTES);
        control = Memory.allocate(withControl ? capacity * Linux.CMSG_INT_SPACE : 1);
        data = Memory.allocate(Math.multiplyExact(capacity, stride));
        datagrams = new ByteBuffer[capacity];
        headersAddress = Memory.addressOf(headers);
        layOut(Memory.addressOf(vectors), Memory.addressOf(data), Memory.addressOf(control));
    }

    private void layOut(long vectorsAddress, long dataAddress, long controlAddress) {
        for (int i = 0; i < datagrams.length; i++) {
            int vector = i * Linux.IOVEC_BYTES;
            vectors.putLong(vector, dataAddress + (long) i * stride);
            vectors.putLong(vector + 8, bytesEach);
            int header = i * Linux.MMSGHDR_BYTES;
            headers.putLong(header + Linux.MSG_IOV, vectorsAddress + vector);
            headers.putLong(header + Linux.MSG_IOVLEN, 1);
            if (withControl) {
                headers.putLong(
                        header + Linux.MSG_CONTROL,
                        controlAddress + (long) i * Linux.CMSG_INT_SPACE);
            }
            datagrams[i] = data.slice(i * stride, bytesEach).order(ByteOrder.nativeOrder());
        }
    }

    /** Makes room for control messages again: each call writes their length over it. */
    void prepare() {
        if (withControl) {
            for (int i = 0; i < datagrams.length; i++) {
                headers.putLong(
                        i * Linux.MMSGHDR_BYTES + Linux.MSG_CONTROLLEN, Linux.CMSG_INT_SPACE);
            }
        }
    }

    long headersAddress() {
        return headersAddress;
    }

    @Override
    public int capacity() {
        return datagrams.length;
    }

    @Override
    public ByteBuffer datagram(int index) {
        int length = headers.getInt(index * Linux.MMSGHDR_BYTES + Linux.MMSG_LENGTH);
        return datagrams[index].position(0).limit(Math.min(length, bytesEach));
    }

    @Override
    public boolean truncated(int index) {
        int flags = headers.getInt(index * Linux.MMSGHDR_BYTES + Linux.MSG_FLAGS);
        return (flags & Linux.MSG_TRUNC) != 0;
    }

    @Override
    public int namespaceId(int index) {
        if (!withControl) {
            return OWN_NAMESPACE;
        }
        long length = headers.getLong(index * Linux.MMSGHDR_BYTES + Linux.MSG_CONTROLLEN);
        int at = index * Linux.CMSG_INT_SPACE;
        boolean ofNamespace =
                length >= Linux.CMSG_INT_LENGTH
                        && control.getInt(at + Linux.CMSG_LEVEL) == Linux.SOL_NETLINK
                        && control.getInt(at + Linux.CMSG_TYPE) == Linux.NETLINK_LISTEN_ALL_NSID;
        return ofNamespace ? control.getInt(at + Linux.CMSG_DATA) : OWN_NAMESPACE;
    }
}
