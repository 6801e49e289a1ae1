package io.drover.grpc.internal;

import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The event loops, which accept, decrypt and encrypt, and the kind of socket they serve. They are
 * the server's own: Netty's shared ones would outlive this bundle.
 *
 * @param name {@code epoll}, or {@code nio} where Netty's native part does not load
 */
record Transport(String name, EventLoopGroup loops, Supplier<ServerChannel> maker) {

    private static final int LOOPS_MAX = 4;

    static Transport start() {
        int loops = Math.min(Runtime.getRuntime().availableProcessors(), LOOPS_MAX);
        ThreadFactory threads = Threads.named("drover-grpc-io", FastThreadLocalThread::new);
        if (Epoll.isAvailable()) {
            return new Transport(
                    "epoll",
                    new MultiThreadIoEventLoopGroup(loops, threads, EpollIoHandler.newFactory()),
                    EpollServerSocketChannel::new);
        }
        return new Transport(
                "nio",
                new MultiThreadIoEventLoopGroup(loops, threads, NioIoHandler.newFactory()),
                NioServerSocketChannel::new);
    }

    /** A socket to listen with. */
    ServerChannel newChannel() {
        return maker.get();
    }

    /** Ends the loops; waits no longer than {@code bound}. */
    void close(Duration bound) throws InterruptedException {
        loops.shutdownGracefully(0, bound.toMillis(), TimeUnit.MILLISECONDS)
                .await(bound.toMillis(), TimeUnit.MILLISECONDS);
    }
}
