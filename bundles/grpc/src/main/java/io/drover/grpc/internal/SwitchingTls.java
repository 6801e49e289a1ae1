package io.drover.grpc.internal;

import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/**
 * Serves each handshake with the newest of its contexts. Connections keep the one that they began
 * with and never notice; it is freed with the last of them.
 */
final class SwitchingTls extends SslContext {

    /** Guarded by this, so that none is freed while a handshake begins with it. */
    private SslContext current;

    SwitchingTls(SslContext first) {
        current = first;
    }

    /** Uses {@code next} from now on. */
    synchronized void switchTo(SslContext next) {
        ReferenceCountUtil.release(current);
        current = next;
    }

    /** Frees the newest, to be called once, when nothing listens any more. */
    synchronized void release() {
        ReferenceCountUtil.release(current);
    }

    @Override
    public boolean isClient() {
        return false;
    }

    @Override
    public synchronized List<String> cipherSuites() {
        return current.cipherSuites();
    }

    @Override
    @SuppressWarnings("deprecation") // SslContext demands it, and knows no successor
    public synchronized io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolNegotiator
            applicationProtocolNegotiator() {
        return current.applicationProtocolNegotiator();
    }

    @Override
    public synchronized SSLEngine newEngine(ByteBufAllocator allocator) {
        return current.newEngine(allocator);
    }

    @Override
    public synchronized SSLEngine newEngine(ByteBufAllocator allocator, String host, int port) {
        return current.newEngine(allocator, host, port);
    }

    @Override
    public synchronized SSLSessionContext sessionContext() {
        return current.sessionContext();
    }
}
