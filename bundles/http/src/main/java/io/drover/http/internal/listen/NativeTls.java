package io.drover.http.internal.listen;

import io.drover.api.security.ClientTrust;
import io.drover.api.security.TlsIdentity;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.buffer.PooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSsl;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import io.grpc.netty.shaded.io.netty.util.ReferenceCounted;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * BoringSSL, which Netty brings for gRPC, behind Jetty: the JVM's first compiler tier has no
 * intrinsics for AES-GCM (docs/decisions/0017).
 */
final class NativeTls extends Tls {

    /** One arena in small chunks, nothing kept for each thread: for the copies of heap buffers. */
    private static final ByteBufAllocator BUFFERS =
            new PooledByteBufAllocator(true, 0, 1, 8_192, 3, 0, 0, false);

    /** In this order, and as Jetty's factories are called. */
    private static final ApplicationProtocolConfig ALPN =
            new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    Alpn.PROTOCOLS);

    private final Factory factory = new Factory();

    /** Guarded by {@link #factory}, so that none is freed while a handshake begins with it. */
    private SslContext current;

    /**
     * @throws GeneralSecurityException if no server can be made of {@code identity}
     */
    NativeTls(TlsIdentity identity) throws GeneralSecurityException {
        super(identity);
        current = contextOf(identity);
    }

    /** Whether it loads here. */
    static boolean works() {
        return OpenSsl.isAvailable();
    }

    @Override
    String engine() {
        return "native";
    }

    @Override
    SslContextFactory.Server factory() {
        return factory;
    }

    @Override
    void start() throws Exception {
        factory.start();
    }

    /** Connections that are open keep what they began with; it is freed with the last of them. */
    @Override
    void stop() throws Exception {
        factory.stop();
        synchronized (factory) {
            if (current != null) {
                ReferenceCountUtil.release(current);
                current = null;
            }
        }
    }

    @Override
    void use(TlsIdentity identity) throws GeneralSecurityException {
        SslContext next = contextOf(identity);
        synchronized (factory) {
            ReferenceCountUtil.release(current);
            current = next;
        }
    }

    private static SslContext contextOf(TlsIdentity identity) throws GeneralSecurityException {
        check(identity);
        try {
            SslContextBuilder builder =
                    SslContextBuilder.forServer(
                                    identity.key(),
                                    identity.chain().toArray(X509Certificate[]::new))
                            .sslProvider(SslProvider.OPENSSL)
                            .protocols(PROTOCOLS)
                            .ciphers(SUITES)
                            .applicationProtocolConfig(ALPN)
                            .sessionCacheSize(SESSIONS_MAX);
            ClientTrust clients = identity.clients();
            if (clients.mode() != ClientTrust.Mode.NONE) {
                builder.trustManager(clients.authorities())
                        .clientAuth(
                                clients.mode() == ClientTrust.Mode.REQUIRED
                                        ? ClientAuth.REQUIRE
                                        : ClientAuth.OPTIONAL);
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException | UnsatisfiedLinkError e) {
            throw new GeneralSecurityException("the engine native: " + e.getMessage(), e);
        }
    }

    private SSLEngine engineOf() {
        synchronized (factory) {
            if (current == null) {
                throw new IllegalStateException("the listener is closed");
            }
            return current.newEngine(BUFFERS);
        }
    }

    /** Frees the engine of each connection that ends; else the garbage collector would some day. */
    static final class Release implements Connection.Listener {
        @Override
        public void onClosed(Connection connection) {
            if (connection instanceof SslConnection tls
                    && tls.getSSLEngine() instanceof ReferenceCounted engine
                    && engine.refCnt() > 0) {
                engine.release();
            }
        }
    }

    /** Makes connections that suit the engine. */
    static final class Connections extends SslConnectionFactory {

        Connections(Tls tls, String next) {
            super(tls.factory(), next);
            // The engine takes and gives no others without a copy.
            setDirectBuffersForEncryption(true);
            setDirectBuffersForDecryption(true);
        }

        @Override
        protected SslConnection newSslConnection(
                Connector connector, EndPoint endPoint, SSLEngine engine) {
            return new Adapted(connector, endPoint, engine, getSslContextFactory());
        }
    }

    /**
     * The engine makes a record of each buffer; the head and the body of an answer fit into one.
     */
    private static final class Adapted extends SslConnection {

        /** Beyond it a copy costs more than a record. */
        private static final int GATHERED_BYTES_MAX = 8_192;

        private final ByteBufferPool pool;

        Adapted(
                Connector connector,
                EndPoint endPoint,
                SSLEngine engine,
                SslContextFactory factory) {
            super(
                    connector.getByteBufferPool(),
                    connector.getExecutor(),
                    factory,
                    endPoint,
                    engine,
                    true,
                    true);
            pool = connector.getByteBufferPool();
        }

        /** The end of a handshake may come without bytes, which Jetty takes for no news. */
        @Override
        protected SSLEngineResult unwrap(SSLEngine engine, ByteBuffer input, ByteBuffer output)
                throws SSLException {
            SSLEngineResult result = engine.unwrap(input, output);
            return result.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.FINISHED
                            && result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW
                    ? new SSLEngineResult(
                            SSLEngineResult.Status.OK,
                            SSLEngineResult.HandshakeStatus.FINISHED,
                            1, // of the message before, which ended it
                            0)
                    : result;
        }

        /** The engine makes a record of each buffer; head and body of an answer fit into one. */
        @Override
        protected SSLEngineResult wrap(SSLEngine engine, ByteBuffer[] input, ByteBuffer output)
                throws SSLException {
            long bytes = BufferUtil.remaining(input);
            if (input.length < 2 || bytes == 0 || bytes > GATHERED_BYTES_MAX) {
                return engine.wrap(input, output);
            }
            RetainableByteBuffer pooled = pool.acquire(GATHERED_BYTES_MAX, true);
            try {
                ByteBuffer whole = pooled.getByteBuffer();
                for (ByteBuffer part : input) {
                    BufferUtil.append(whole, part.duplicate());
                }
                SSLEngineResult result = engine.wrap(whole, output);
                int taken = result.bytesConsumed();
                for (ByteBuffer part : input) {
                    int of = Math.min(taken, part.remaining());
                    part.position(part.position() + of);
                    taken -= of;
                }
                return result;
            } finally {
                pooled.release();
            }
        }
    }

    /** Nothing of the JDK's TLS is made. */
    private final class Factory extends SslContextFactory.Server {
        @Override
        protected void doStart() {}

        @Override
        protected void doStop() {}

        /** Jetty asks one how large its records are, and forgets it: it is freed already. */
        @Override
        public SSLEngine newSSLEngine() {
            SSLEngine engine = engineOf();
            ReferenceCountUtil.release(engine);
            return engine;
        }

        @Override
        public SSLEngine newSSLEngine(String host, int port) {
            return engineOf();
        }

        @Override
        public SSLEngine newSSLEngine(InetSocketAddress address) {
            return engineOf();
        }
    }
}
