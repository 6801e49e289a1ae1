package io.drover.kubernetes.internal.client;

import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * Finds out which cluster the agent belongs to: the configured kubeconfig, {@code $KUBECONFIG}, the
 * service account of its pod, and only if allowed {@code ~/.kube/config}. Nothing else is read: no
 * system property and no other variable changes the cluster behind the user's back.
 */
public final class AccessSearch {

    private static final Path SERVICE_ACCOUNT =
            Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final char[] IN_MEMORY = new char[0];

    private final String kubeconfig;
    private final boolean useDefault;
    private final String context;
    private final Map<String, String> environment;
    private final Path userHome;
    private final Path serviceAccount;

    /**
     * @param kubeconfig the configured path; may be empty
     * @param useDefault whether {@code ~/.kube/config} may be used
     * @param context the configured context; may be empty
     * @param environment of the process
     * @param userHome the user's home folder
     */
    public AccessSearch(
            String kubeconfig,
            boolean useDefault,
            String context,
            Map<String, String> environment,
            Path userHome) {
        this(kubeconfig, useDefault, context, environment, userHome, SERVICE_ACCOUNT);
    }

    AccessSearch(
            String kubeconfig,
            boolean useDefault,
            String context,
            Map<String, String> environment,
            Path userHome,
            Path serviceAccount) {
        this.kubeconfig = kubeconfig;
        this.useDefault = useDefault;
        this.context = context;
        this.environment = environment;
        this.userHome = userHome;
        this.serviceAccount = serviceAccount;
    }

    /**
     * Searches anew; reads files, and runs the credential plug-in that a kubeconfig may name.
     *
     * @return empty when nothing names a cluster
     * @throws AccessException when something does, but cannot be used
     */
    public Optional<ClusterAccess> search() throws AccessException {
        if (!kubeconfig.isEmpty()) {
            return Optional.of(fromFiles(List.of(Path.of(kubeconfig)), "kubernetes.kubeconfig"));
        }
        String variable = environment.getOrDefault("KUBECONFIG", "");
        if (!variable.isBlank()) {
            return Optional.of(fromFiles(paths(variable), "$KUBECONFIG"));
        }
        if (inCluster()) {
            return Optional.of(fromServiceAccount());
        }
        Path byDefault = userHome.resolve(".kube/config");
        if (useDefault && Files.isRegularFile(byDefault)) {
            return Optional.of(fromFiles(List.of(byDefault), "~/.kube/config"));
        }
        return Optional.empty();
    }

    /** Why a search finds nothing, for people. */
    public String nothing() {
        return "no kubeconfig and not in a cluster: set kubernetes.kubeconfig";
    }

    /** What to do about it; names the default file only where there is one. */
    public String remedy() {
        boolean there = !useDefault && Files.isRegularFile(userHome.resolve(".kube/config"));
        return "set kubernetes.kubeconfig in drover.yaml (or DROVER_KUBERNETES_KUBECONFIG)"
                + (there ? ", or kubernetes.use_default_kubeconfig: true for ~/.kube/config" : "");
    }

    private static List<Path> paths(String variable) {
        return Arrays.stream(variable.split(File.pathSeparator, -1))
                .filter(path -> !path.isBlank())
                .map(Path::of)
                .toList();
    }

    private ClusterAccess fromFiles(List<Path> files, String from) throws AccessException {
        List<io.fabric8.kubernetes.api.model.Config> documents = new ArrayList<>();
        for (Path file : files) {
            documents.add(document(file, from));
        }
        String source =
                "kubeconfig " + String.join(", ", files.stream().map(Path::toString).toList());
        Config config = Config.empty();
        try {
            KubeConfigUtils.merge(
                    config,
                    context.isEmpty() ? null : context,
                    documents.toArray(io.fabric8.kubernetes.api.model.Config[]::new));
        } catch (RuntimeException e) { // its YAML reader throws what it likes
            throw new AccessException(source + ": " + e.getMessage(), e);
        }
        checkContext(config, source);
        useProxies(config);
        return new ClusterAccess(source, config, takeKeys(config, source));
    }

    private static io.fabric8.kubernetes.api.model.Config document(Path file, String from)
            throws AccessException {
        if (!Files.isReadable(file)) {
            String why = Files.exists(file) ? " cannot be read by this user" : " does not exist";
            throw new AccessException(from + ": the file " + file + why, null);
        }
        try {
            return KubeConfigUtils.parseConfig(file.toFile());
        } catch (RuntimeException e) { // its YAML reader throws what it likes
            throw new AccessException(from + ": " + file + " is not a kubeconfig", e);
        }
    }

    /** fabric8 takes another context in silence when the wanted one is missing. */
    private void checkContext(Config config, String source) throws AccessException {
        NamedContext current = config.getCurrentContext();
        if (current != null && (context.isEmpty() || context.equals(current.getName()))) {
            return;
        }
        String known =
                String.join(
                        ", ", config.getContexts().stream().map(NamedContext::getName).toList());
        throw new AccessException(
                source
                        + (context.isEmpty()
                                ? " has no current-context"
                                : " has no context " + context)
                        + "; set kubernetes.context to one of: "
                        + known,
                null);
    }

    private boolean inCluster() {
        return environment.containsKey("KUBERNETES_SERVICE_HOST")
                && Files.isReadable(serviceAccount.resolve("token"));
    }

    private ClusterAccess fromServiceAccount() throws AccessException {
        String host = environment.get("KUBERNETES_SERVICE_HOST");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        Config config = Config.empty();
        config.setMasterUrl(
                "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/");
        config.setCaCertFile(serviceAccount.resolve("ca.crt").toString());
        TokenFile token = new TokenFile(serviceAccount.resolve("token"), System::nanoTime);
        config.setOauthTokenProvider(token::read);
        config.setNamespace(read(serviceAccount.resolve("namespace")).strip());
        return new ClusterAccess("service account of the pod", config, Optional.empty());
    }

    private void useProxies(Config config) {
        String proxy = variable("HTTPS_PROXY", "https_proxy");
        if (!proxy.isEmpty() && config.getHttpsProxy() == null) {
            config.setHttpsProxy(proxy);
        }
        String direct = variable("NO_PROXY", "no_proxy");
        if (!direct.isEmpty()) {
            config.setNoProxy(direct.split("\\s*,\\s*", -1));
        }
    }

    private String variable(String upper, String lower) {
        return environment.getOrDefault(upper, environment.getOrDefault(lower, "")).strip();
    }

    /**
     * Takes key and certificate out of the configuration: fabric8 cannot read every kind of key.
     */
    private static Optional<KeyManager[]> takeKeys(Config config, String source)
            throws AccessException {
        String certificate = pem(config.getClientCertData(), config.getClientCertFile());
        String key = pem(config.getClientKeyData(), config.getClientKeyFile());
        if (certificate.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        String keyFile = config.getClientKeyFile();
        String where = keyFile == null ? source + ", client-key-data" : "client key " + keyFile;
        config.setClientCertData(null);
        config.setClientCertFile(null);
        config.setClientKeyData(null);
        config.setClientKeyFile(null);
        try {
            return Optional.of(keyManagers(certificate, PemKey.read(key)));
        } catch (GeneralSecurityException e) {
            throw new AccessException(where + " " + e.getMessage(), e);
        } catch (IOException e) {
            throw new AccessException(where + " cannot be used", e);
        }
    }

    private static KeyManager[] keyManagers(String certificates, PrivateKey key)
            throws GeneralSecurityException, IOException {
        List<Certificate> chain = new ArrayList<>();
        try (InputStream in =
                new ByteArrayInputStream(certificates.getBytes(StandardCharsets.US_ASCII))) {
            chain.addAll(CertificateFactory.getInstance("X.509").generateCertificates(in));
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("client", key, IN_MEMORY, chain.toArray(Certificate[]::new));
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, IN_MEMORY);
        return factory.getKeyManagers();
    }

    /** The text of a value that a kubeconfig holds as base64 or names as a file. */
    private static String pem(String data, String file) throws AccessException {
        if (data != null && !data.isEmpty()) {
            try {
                return new String(Base64.getMimeDecoder().decode(data), StandardCharsets.US_ASCII);
            } catch (IllegalArgumentException e) {
                throw new AccessException(
                        "a key or certificate in the kubeconfig is not base64", e);
            }
        }
        return file == null || file.isEmpty() ? "" : read(Path.of(file));
    }

    private static String read(Path file) throws AccessException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AccessException("read " + file + ": " + e, e);
        }
    }
}
