package io.drover.kernel.internal;

import io.drover.api.kernel.Instruction;
import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.NetlinkBatch;
import io.drover.api.kernel.NetlinkClosedException;
import io.drover.api.kernel.NetlinkClosedException.Reason;
import io.drover.api.kernel.NetlinkSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One owner's hold of a {@link Descriptor}. It ends once, for one reason; the last thread to leave
 * it then hands the descriptor back, so that neither a new owner nor close(2) meets a thread that
 * still uses it.
 */
final class Handle implements NetlinkSocket {

    /** Takes the descriptor back when its owner has gone. */
    interface Return {
        void returned(Handle handle, Reason reason);
    }

    private final Descriptor descriptor;
    private final boolean claimed;
    private final Return giveBack;
    private final Gate gate = new Gate();
    private final AtomicReference<Reason> ended = new AtomicReference<>();
    private final long[] found;
    private volatile long[] left = {};

    Handle(Descriptor descriptor, boolean claimed, Return giveBack) {
        this.descriptor = descriptor;
        this.claimed = claimed;
        this.giveBack = giveBack;
        this.found = descriptor.note();
    }

    Descriptor descriptor() {
        return descriptor;
    }

    @Override
    public NetlinkBatch newBatch(int datagrams, int bytesEach) throws NetlinkClosedException {
        if (datagrams < 1 || datagrams > 1024) {
            throw new IllegalArgumentException("datagrams must be 1 to 1024, is " + datagrams);
        }
        if (bytesEach < 256 || bytesEach > 1 << 20) {
            throw new IllegalArgumentException("bytesEach must be 256 to 1048576, is " + bytesEach);
        }
        enter();
        try {
            return new Batch(datagrams, bytesEach, descriptor.options().allNamespaces());
        } finally {
            leave();
        }
    }

    @Override
    public int receive(NetlinkBatch batch) throws KernelException, NetlinkClosedException {
        if (!(batch instanceof Batch arrays)) {
            throw new IllegalArgumentException(
                    "the batch is not of this bundle kernel; make one with newBatch");
        }
        enter();
        try {
            return descriptor.receive(arrays);
        } finally {
            leave();
        }
    }

    @Override
    public Wake await(int timeoutMillis) throws KernelException, NetlinkClosedException {
        enter();
        try {
            return descriptor.await(timeoutMillis);
        } finally {
            leave();
        }
    }

    @Override
    public void wakeUp() {
        if (gate.enter()) {
            try {
                descriptor.wakeUp();
            } finally {
                leave();
            }
        }
    }

    @Override
    public void send(ByteBuffer request) throws KernelException, NetlinkClosedException {
        if (!request.isDirect()) {
            throw new IllegalArgumentException("a request is sent from a direct buffer");
        }
        enter();
        try {
            descriptor.send(request);
        } finally {
            leave();
        }
    }

    @Override
    public long takeDrops() throws KernelException, NetlinkClosedException {
        enter();
        try {
            return descriptor.takeDrops();
        } finally {
            leave();
        }
    }

    @Override
    public void filter(List<Instruction> program) throws KernelException, NetlinkClosedException {
        change(() -> descriptor.filter(program));
    }

    @Override
    public void join(int group) throws KernelException, NetlinkClosedException {
        change(() -> descriptor.join(group));
    }

    @Override
    public void leave(int group) throws KernelException, NetlinkClosedException {
        change(() -> descriptor.leave(group));
    }

    @Override
    public void resize(int bytes) throws KernelException, NetlinkClosedException {
        change(() -> descriptor.resize(bytes));
    }

    @Override
    public void reliable(boolean on) throws KernelException, NetlinkClosedException {
        change(() -> descriptor.reliable(on));
    }

    private interface Change {
        void apply() throws KernelException;
    }

    private void change(Change change) throws KernelException, NetlinkClosedException {
        enter();
        try {
            change.apply();
        } finally {
            leave();
        }
    }

    @Override
    public int queuedBytes() throws KernelException, NetlinkClosedException {
        enter();
        try {
            return descriptor.memoryInfo(Linux.MEMINFO_QUEUED);
        } finally {
            leave();
        }
    }

    @Override
    public int receiveBufferBytes() {
        return descriptor.receiveBufferBytes();
    }

    @Override
    public long portId() {
        return descriptor.portId();
    }

    @Override
    public long namespace() {
        return descriptor.namespace();
    }

    @Override
    public boolean claimed() {
        return claimed;
    }

    @Override
    public void park(long... note) {
        // Read when the handle is returned, which happens after the end is told.
        left = note;
        end(Reason.PARKED);
    }

    @Override
    public long[] note() {
        return found;
    }

    /** What this owner leaves for the next one. */
    long[] left() {
        return left;
    }

    @Override
    public void close() {
        end(Reason.CLOSED);
    }

    /** Ends it unless it has ended; wakes the thread that waits in it. */
    void end(Reason reason) {
        if (!gate.enter()) {
            return;
        }
        try {
            if (ended.compareAndSet(null, reason)) {
                gate.shut();
                descriptor.wakeUp();
            }
        } finally {
            leave();
        }
    }

    private void enter() throws NetlinkClosedException {
        if (!gate.enter()) {
            throw new NetlinkClosedException(descriptor.name(), ended.get());
        }
    }

    private void leave() {
        if (gate.leave()) {
            giveBack.returned(this, ended.get());
        }
    }
}
