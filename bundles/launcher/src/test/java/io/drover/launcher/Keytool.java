package io.drover.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A throw-away authority and a leaf for loopback, made by the JDK's keytool. */
final class Keytool {

    private static final String PASSWORD = "throw-away";

    private final Path store;

    Keytool(Path folder) throws IOException, InterruptedException {
        store = folder.resolve("keys.p12");
        run("-genkeypair", "-alias", "ca", "-dname", "CN=ca", "-ext", "bc:c");
        run(
                "-genkeypair",
                "-alias",
                "leaf",
                "-signer",
                "ca",
                "-dname",
                "CN=drover",
                "-ext",
                "san=ip:127.0.0.1,ip:::1");
    }

    /** Writes the authority's certificate as PEM. */
    void exportAuthority(Path file) throws IOException, InterruptedException {
        Files.createDirectories(file.getParent());
        run("-exportcert", "-alias", "ca", "-rfc", "-file", file.toString());
    }

    SSLContext serverContext() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        keys.deleteEntry("ca");
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private void run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(words));
        if (words[0].equals("-genkeypair")) {
            command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"));
        }
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(words[0] + ": " + said);
        }
    }
}
