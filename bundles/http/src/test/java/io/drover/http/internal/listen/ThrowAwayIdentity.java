package io.drover.http.internal.listen;

import io.drover.api.security.TlsIdentity;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Self-signed certificates for loopback, made by the JDK's keytool, each name once a JVM. */
public final class ThrowAwayIdentity {

    private static final String PASSWORD = "throw-away";

    private static final Map<String, TlsIdentity> MADE = new ConcurrentHashMap<>();

    private ThrowAwayIdentity() {}

    public static TlsIdentity named(String name) {
        return MADE.computeIfAbsent(name, n -> make(n, "-1H"));
    }

    /** One that has been valid until yesterday. */
    static TlsIdentity over(String name) {
        return MADE.computeIfAbsent(name, n -> make(n, "-31d"));
    }

    /** The certificate of one key with another. */
    static TlsIdentity mismatched(String certificateOf, String keyOf) {
        TlsIdentity certificate = named(certificateOf);
        return new TlsIdentity(
                named(keyOf).key(),
                certificate.chain(),
                certificate.authority(),
                certificate.authorityFile());
    }

    private static TlsIdentity make(String name, String start) {
        try {
            Path folder = Files.createTempDirectory("throw-away-identity");
            Path file = folder.resolve("store.p12");
            keytool(name, start, file);
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, PASSWORD.toCharArray());
            }
            Files.delete(file);
            Files.delete(folder);
            X509Certificate certificate = (X509Certificate) store.getCertificate("it");
            return new TlsIdentity(
                    (PrivateKey) store.getKey("it", PASSWORD.toCharArray()),
                    List.of(certificate),
                    certificate,
                    file);
        } catch (Exception e) {
            throw new IllegalStateException("make the certificate of " + name, e);
        }
    }

    private static void keytool(String name, String start, Path file) throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "it",
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-dname",
                                "CN=" + name,
                                "-ext",
                                "san=ip:127.0.0.1,ip:::1,dns:localhost",
                                "-startdate",
                                start,
                                "-validity",
                                "30",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                PASSWORD,
                                "-keystore",
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException("keytool: " + said);
        }
    }

    /** What a client has that trusts these and nobody else. */
    public static SSLContext trusting(TlsIdentity... identities) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (TlsIdentity identity : identities) {
            store.setCertificateEntry("c" + store.size(), identity.authority());
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
