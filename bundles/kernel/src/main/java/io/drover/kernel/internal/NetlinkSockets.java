package io.drover.kernel.internal;

import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.NamespaceId;
import io.drover.api.kernel.Netlink;
import io.drover.api.kernel.NetlinkClosedException.Reason;
import io.drover.api.kernel.NetlinkOptions;
import io.drover.api.kernel.NetlinkSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * All sockets of this process: those that have an owner and those that wait for their next one. Any
 * thread.
 */
public final class NetlinkSockets implements Netlink {

    private final int socketsMax;
    private final Duration parkedMax;
    private final ScheduledExecutorService clock;

    private final Map<String, Handle> owned = new HashMap<>();
    private final Map<String, Parked> parked = new HashMap<>();
    private int opening;
    private boolean stopped;

    final LongAdder opened = new LongAdder();
    final LongAdder claims = new LongAdder();
    final LongAdder parks = new LongAdder();
    final LongAdder expired = new LongAdder();

    private record Parked(Descriptor descriptor, ScheduledFuture<?> expiry) {}

    /**
     * @param clock closes parked sockets that nobody claims; stays the caller's
     */
    public NetlinkSockets(int socketsMax, Duration parkedMax, ScheduledExecutorService clock) {
        this.socketsMax = socketsMax;
        this.parkedMax = parkedMax;
        this.clock = clock;
    }

    @Override
    public NetlinkSocket open(String name, NetlinkOptions options) throws KernelException {
        synchronized (this) {
            Handle claimed = admit(name, options);
            if (claimed != null) {
                return claimed;
            }
            opening++;
        }
        try {
            return own(openDescriptor(name, options));
        } finally {
            synchronized (this) {
                opening--;
                notifyAll();
            }
        }
    }

    /** The claimed socket, or null when a new one may be opened. */
    private Handle admit(String name, NetlinkOptions options) throws KernelException {
        if (stopped) {
            throw new IllegalStateException("the bundle kernel has stopped");
        }
        if (owned.containsKey(name)) {
            throw new IllegalStateException("netlink socket " + name + " is in use");
        }
        Parked waiting = parked.get(name);
        if (waiting != null && waiting.descriptor().options().equals(options)) {
            if (options.reliable()) {
                waiting.descriptor().reliable(true);
            }
            parked.remove(name);
            waiting.expiry().cancel(false);
            waiting.descriptor().swallowWakeUps();
            Handle handle = new Handle(waiting.descriptor(), true, this::returned);
            owned.put(name, handle);
            claims.increment();
            return handle;
        }
        if (owned.size() + parked.size() + opening >= socketsMax) {
            throw new IllegalStateException(
                    "kernel.sockets_max is "
                            + socketsMax
                            + " and as many netlink sockets are open; cannot open "
                            + name);
        }
        return null;
    }

    private static Descriptor openDescriptor(String name, NetlinkOptions options)
            throws KernelException {
        if (options.namespace().isEmpty()) {
            return new Descriptor(name, options);
        }
        try {
            return Namespaces.in(options.namespace().get(), () -> new Descriptor(name, options));
        } catch (KernelException | RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while opening netlink socket " + name, e);
        } catch (Exception e) {
            // Callable's signature; the task throws nothing else.
            throw new IllegalStateException("open netlink socket " + name, e);
        }
    }

    @Override
    public List<NamespaceId> namespaces(Optional<Path> from, boolean giveIds, int max)
            throws KernelException {
        synchronized (this) {
            if (stopped) {
                throw new IllegalStateException("the bundle kernel has stopped");
            }
            // Counted as an opening one: the library stays until it is over.
            opening++;
        }
        try {
            return NamespaceIds.find(from, giveIds, max);
        } finally {
            synchronized (this) {
                opening--;
                notifyAll();
            }
        }
    }

    private synchronized NetlinkSocket own(Descriptor descriptor) {
        String name = descriptor.name();
        if (stopped || owned.containsKey(name)) {
            descriptor.close();
            throw new IllegalStateException(
                    stopped
                            ? "the bundle kernel has stopped"
                            : "netlink socket " + name + " is in use");
        }
        Parked superseded = parked.remove(name);
        if (superseded != null) {
            superseded.expiry().cancel(false);
            superseded.descriptor().close();
        }
        Handle handle = new Handle(descriptor, false, this::returned);
        owned.put(name, handle);
        opened.increment();
        return handle;
    }

    private synchronized void returned(Handle handle, Reason reason) {
        Descriptor descriptor = handle.descriptor();
        owned.remove(descriptor.name(), handle);
        if (reason == Reason.PARKED && !stopped && unwatched(descriptor)) {
            descriptor.note(handle.left());
            ScheduledFuture<?> expiry =
                    clock.schedule(
                            () -> expire(descriptor), parkedMax.toNanos(), TimeUnit.NANOSECONDS);
            parked.put(descriptor.name(), new Parked(descriptor, expiry));
            parks.increment();
        } else {
            descriptor.close();
        }
        notifyAll();
    }

    /** Nobody reads a parked socket: it must not hold the kernel's table up. */
    private static boolean unwatched(Descriptor descriptor) {
        if (!descriptor.options().reliable()) {
            return true;
        }
        try {
            descriptor.reliable(false);
            return true;
        } catch (KernelException e) {
            return false;
        }
    }

    private synchronized void expire(Descriptor descriptor) {
        Parked waiting = parked.get(descriptor.name());
        if (waiting != null && waiting.descriptor() == descriptor) {
            parked.remove(descriptor.name());
            descriptor.close();
            expired.increment();
        }
    }

    /** Sockets that have an owner. */
    synchronized int ownedNow() {
        return owned.size();
    }

    /** Sockets that wait for their next owner. */
    synchronized int parkedNow() {
        return parked.size();
    }

    /**
     * Closes everything and lets nothing be opened any more. Owners learn it at their next call.
     *
     * @return whether every thread has left every native call within {@code bound}
     */
    public boolean stop(Duration bound) {
        List<Handle> toEnd;
        synchronized (this) {
            stopped = true;
            toEnd = new ArrayList<>(owned.values());
            for (Parked waiting : parked.values()) {
                waiting.expiry().cancel(false);
                waiting.descriptor().close();
            }
            parked.clear();
        }
        for (Handle handle : toEnd) {
            handle.end(Reason.KERNEL_STOPPED);
        }
        return awaitEmpty(System.nanoTime() + bound.toNanos());
    }

    private synchronized boolean awaitEmpty(long deadline) {
        while (!owned.isEmpty() || opening > 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
