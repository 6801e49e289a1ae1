package io.drover.grpc.internal;

import io.drover.api.security.ClientTrust;
import io.drover.api.security.TlsIdentity;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSsl;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;

/**
 * What the listeners show to clients, and what certificates they ask of them. A new identity holds
 * from the next handshake on; connections that are open keep theirs and never notice. The control
 * thread alone.
 */
final class ServerTls {

    private final SslProvider provider;
    private SwitchingTls context;

    ServerTls(Settings.TlsEngine engine) {
        provider =
                switch (engine) {
                    case JDK -> SslProvider.JDK;
                    case NATIVE -> SslProvider.OPENSSL;
                    case AUTO -> OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
                };
    }

    /** Shows {@code identity} from now on. */
    void show(TlsIdentity identity) throws NotListeningException {
        SslContext next = contextOf(identity);
        if (context == null) {
            context = new SwitchingTls(next);
        } else {
            context.switchTo(next);
        }
    }

    /** The one context of all listeners, as soon as there is an identity. */
    SslContext context() {
        return context;
    }

    /** TLS 1.3 and 1.2 with HTTP/2 alone. */
    private SslContext contextOf(TlsIdentity identity) throws NotListeningException {
        try {
            SslContextBuilder builder =
                    SslContextBuilder.forServer(
                            identity.key(), identity.chain().toArray(X509Certificate[]::new));
            ClientTrust clients = identity.clients();
            if (clients.mode() != ClientTrust.Mode.NONE) {
                builder.trustManager(clients.authorities())
                        .clientAuth(
                                clients.mode() == ClientTrust.Mode.REQUIRED
                                        ? ClientAuth.REQUIRE
                                        : ClientAuth.OPTIONAL);
            }
            return GrpcSslContexts.configure(builder, provider)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
        } catch (SSLException | IllegalArgumentException | UnsatisfiedLinkError e) {
            throw new NotListeningException(
                    "grpc.tls_engine: the engine " + engine() + " does not work: " + e.getMessage(),
                    "set grpc.tls_engine (DROVER_GRPC_TLS_ENGINE) to jdk",
                    e);
        }
    }

    /** Frees what the native engine holds, or it would hold this bundle's classes for ever. */
    void release() {
        if (context != null) {
            context.release();
        }
    }

    /** What encrypts: {@code native} or {@code jdk}. */
    String engine() {
        return provider == SslProvider.JDK ? "jdk" : "native";
    }
}
