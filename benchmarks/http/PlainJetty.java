import java.io.FileInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Jetty as it comes, with one page that never changes, over TLS: PlainJetty KEYSTORE PAGE PORTFILE. */
public final class PlainJetty {

    private PlainJetty() {}

    public static void main(String[] words) throws Exception {
        byte[] page = Files.readAllBytes(Path.of(words[1]));
        Server server = new Server();
        server.setHandler(
                new Handler.Abstract() {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback) {
                        response.getHeaders().put("Content-Type", "application/json");
                        response.getHeaders().put("Content-Length", page.length);
                        response.write(true, ByteBuffer.wrap(page), callback);
                        return true;
                    }
                });
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (FileInputStream in = new FileInputStream(words[0])) {
            store.load(in, "changeit".toCharArray());
        }
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStore(store);
        tls.setKeyStorePassword("changeit");
        SslConnectionFactory ssl = new SslConnectionFactory(tls, "http/1.1");
        ssl.setEnsureSecureRequestCustomizer(false);
        ServerConnector connector =
                new ServerConnector(
                        server, ssl, new HttpConnectionFactory(new HttpConfiguration()));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.start();
        Files.writeString(Path.of(words[2]), Integer.toString(connector.getLocalPort()));
        server.join();
    }
}
