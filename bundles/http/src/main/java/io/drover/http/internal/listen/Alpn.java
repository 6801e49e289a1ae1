package io.drover.http.internal.listen;

import java.util.List;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.alpn.java.server.JDK9ServerALPNProcessor;
import org.eclipse.jetty.alpn.server.ALPNServerConnection;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NegotiatingServerConnectionFactory;

/**
 * Lets a client choose HTTP/2 in the TLS handshake. Jetty's own factory looks for a provider with
 * {@link java.util.ServiceLoader}, which finds nothing in OSGi without a bundle that weaves it in;
 * there is only one provider, the JDK's.
 */
final class Alpn extends NegotiatingServerConnectionFactory {

    private final JDK9ServerALPNProcessor jdk = new JDK9ServerALPNProcessor();

    Alpn() {
        super("alpn", "h2", "http/1.1");
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
        jdk.configure(engine, connection);
        return connection;
    }
}
