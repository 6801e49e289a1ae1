package io.drover.grpc.internal;

import io.drover.api.security.TlsIdentity;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSsl;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.grpc.util.AdvancedTlsX509KeyManager;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;

/**
 * What the listeners show to clients. A new identity holds from the next handshake on; connections
 * that are open keep theirs and never notice. Any thread.
 */
final class ServerTls {

    /** Keeps the former identity too, for handshakes that have begun with it. */
    private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();

    private final SslProvider provider;

    ServerTls(Settings.TlsEngine engine) {
        provider =
                switch (engine) {
                    case JDK -> SslProvider.JDK;
                    case NATIVE -> SslProvider.OPENSSL;
                    case AUTO -> OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
                };
    }

    /** Shows {@code identity} from now on. */
    void show(TlsIdentity identity) {
        keys.updateIdentityCredentials(
                identity.chain().toArray(X509Certificate[]::new), identity.key());
    }

    /**
     * A context for one listener, TLS 1.3 and 1.2 with HTTP/2 alone. With the native engine it must
     * be released, or it holds this bundle's classes for ever.
     */
    SslContext context() throws NotListeningException {
        try {
            return GrpcSslContexts.configure(SslContextBuilder.forServer(keys), provider)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
        } catch (SSLException | IllegalArgumentException | UnsatisfiedLinkError e) {
            throw new NotListeningException(
                    "grpc.tls_engine: the engine " + engine() + " does not work: " + e.getMessage(),
                    "set grpc.tls_engine (DROVER_GRPC_TLS_ENGINE) to jdk",
                    e);
        }
    }

    /** What encrypts: {@code native} or {@code jdk}. */
    String engine() {
        return provider == SslProvider.JDK ? "jdk" : "native";
    }
}
