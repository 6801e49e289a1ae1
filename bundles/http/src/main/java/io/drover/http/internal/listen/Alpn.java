package io.drover.http.internal.listen;

import io.grpc.netty.shaded.io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.alpn.java.server.JDK9ServerALPNProcessor;
import org.eclipse.jetty.alpn.server.ALPNServerConnection;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection.SslEndPoint;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NegotiatingServerConnectionFactory;

/**
 * Lets a client choose HTTP/2 in the TLS handshake. Jetty's own factory looks for a provider with
 * {@link java.util.ServiceLoader}, which finds nothing in OSGi without a bundle that weaves it in,
 * and knows none for Netty's engine.
 */
final class Alpn extends NegotiatingServerConnectionFactory {

    /** What a client may choose from, the best first. */
    static final List<String> PROTOCOLS = List.of("h2", "http/1.1");

    private final JDK9ServerALPNProcessor jdk = new JDK9ServerALPNProcessor();

    Alpn() {
        super("alpn", PROTOCOLS.toArray(String[]::new));
        setDefaultProtocol("http/1.1");
    }

    @Override
    protected AbstractConnection newServerConnection(
            Connector connector,
            EndPoint endPoint,
            SSLEngine engine,
            List<String> protocols,
            String defaultProtocol) {
        ALPNServerConnection connection =
                new ALPNServerConnection(connector, endPoint, engine, protocols, defaultProtocol);
        if (engine instanceof ReferenceCountedOpenSslEngine chosen) {
            ((SslEndPoint) endPoint)
                    .getSslConnection()
                    .addHandshakeListener(new Told(chosen, connection));
        } else {
            jdk.configure(engine, connection);
        }
        return connection;
    }

    /** The native engine has chosen itself, and says so when the handshake is over. */
    private record Told(ReferenceCountedOpenSslEngine engine, ALPNServerConnection connection)
            implements SslHandshakeListener {
        @Override
        public void handshakeSucceeded(Event event) {
            String protocol = engine.getNegotiatedApplicationProtocol();
            if (connection.getProtocol() == null) {
                connection.select(protocol == null ? List.of() : List.of(protocol));
            }
        }
    }
}
