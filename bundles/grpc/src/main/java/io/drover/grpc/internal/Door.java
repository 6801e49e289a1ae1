package io.drover.grpc.internal;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFactory;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler.Sharable;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets connections in, up to a number, and counts those that the server has to end: grpc-java
 * itself tells of neither. On the event loops.
 */
final class Door {

    private final int max;
    private final CallFigures figures;
    private final AtomicInteger inside = new AtomicInteger();
    private final Entrance entrance = new Entrance();

    /**
     * @param max how many may be open at once, on all addresses together
     */
    Door(int max, CallFigures figures) {
        this.max = max;
        this.figures = figures;
    }

    /** Makes sockets that listen, with this door. */
    ChannelFactory<ServerChannel> channels(Transport transport) {
        return () -> {
            ServerChannel channel = transport.newChannel();
            channel.pipeline().addFirst(entrance);
            return channel;
        };
    }

    /** How many are open, those that are still in their handshake too. */
    int inside() {
        return inside.get();
    }

    /** In the pipeline of what listens: each new connection comes by as a message. */
    @Sharable
    private final class Entrance extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (!(message instanceof Channel connection)) {
                context.fireChannelRead(message);
                return;
            }
            if (inside.incrementAndGet() > max) {
                inside.decrementAndGet();
                figures.turnedAway();
                connection.unsafe().closeForcibly();
                return;
            }
            Visitor visitor = new Visitor();
            connection.closeFuture().addListener(closed -> left(visitor));
            connection.pipeline().addFirst(visitor);
            context.fireChannelRead(message);
        }
    }

    private void left(Visitor visitor) {
        inside.decrementAndGet();
        if (!visitor.speaksHttp2) {
            figures.broken(CallFigures.HANDSHAKE);
        }
    }

    /** In the pipeline of one connection until it speaks HTTP/2. */
    private final class Visitor extends ChannelInboundHandlerAdapter {

        private boolean speaksHttp2;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            // Before what was read now can end it.
            listen(context);
            context.fireChannelRead(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            listen(context);
            context.fireChannelReadComplete();
        }

        private void listen(ChannelHandlerContext context) {
            Http2ConnectionHandler http2 = context.pipeline().get(Http2ConnectionHandler.class);
            if (speaksHttp2 || http2 == null) {
                return;
            }
            speaksHttp2 = true;
            if (http2.connection().goAwaySent()) {
                figures.broken(CallFigures.FIRST_BYTES);
            }
            http2.connection().addListener(new Farewell());
            context.pipeline().remove(this);
        }
    }

    private final class Farewell extends Http2ConnectionAdapter {

        @Override
        public void onGoAwaySent(int lastStreamId, long errorCode, ByteBuf debugData) {
            Http2Error error = Http2Error.valueOf(errorCode);
            if (error != null && error != Http2Error.NO_ERROR) {
                figures.broken(error.name());
            }
        }
    }
}
