package io.drover.kubernetes.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessSearchTest {

    @TempDir Path folder;

    @Test
    void withoutAnythingThereIsNoCluster() throws AccessException {
        assertThat(search("", false, Map.of()).search()).isEmpty();
        assertThat(search("", false, Map.of()).nothing())
                .isEqualTo("no kubeconfig and not in a cluster: set kubernetes.kubeconfig");
    }

    @Test
    void theUsersOwnFileIsReadOnlyIfAllowed() throws IOException, AccessException {
        kubeconfig(".kube/config", "home");

        assertThat(search("", false, Map.of()).search()).isEmpty();
        assertThat(search("", false, Map.of()).remedy())
                .contains("kubernetes.use_default_kubeconfig: true");
        assertThat(server(search("", true, Map.of()))).contains("https://home:6443/");
    }

    @Test
    void theConfiguredFileComesBeforeTheVariable() throws IOException, AccessException {
        Path configured = kubeconfig("a", "configured");
        Path variable = kubeconfig("b", "variable");
        Map<String, String> environment = Map.of("KUBECONFIG", variable.toString());

        assertThat(server(search(configured.toString(), false, environment)))
                .contains("https://configured:6443/");
        assertThat(server(search("", false, environment))).contains("https://variable:6443/");
    }

    @Test
    void theFilesOfTheVariableAreMerged() throws IOException, AccessException {
        Path first = kubeconfig("a", "first");
        Path second = kubeconfig("b", "second");
        Map<String, String> environment = Map.of("KUBECONFIG", first + ":" + second);

        AccessSearch other =
                new AccessSearch("", false, "second", environment, folder, folder.resolve("none"));

        assertThat(server(other)).contains("https://second:6443/");
    }

    @Test
    void aPodUsesItsServiceAccount() throws IOException, AccessException {
        Files.writeString(folder.resolve("token"), "secret\n");
        Files.writeString(folder.resolve("namespace"), "drover\n");
        Map<String, String> environment =
                Map.of("KUBERNETES_SERVICE_HOST", "fd00::1", "KUBERNETES_SERVICE_PORT", "443");
        AccessSearch search = new AccessSearch("", false, "", environment, folder, folder);

        ClusterAccess access = search.search().orElseThrow();

        assertThat(access.config().getMasterUrl()).isEqualTo("https://[fd00::1]:443/");
        assertThat(access.config().getNamespace()).isEqualTo("drover");
        assertThat(access.config().getOauthTokenProvider().getToken()).isEqualTo("secret");
    }

    @Test
    void aMissingFileIsNamedWithWhereItsNameComesFrom() {
        assertThatThrownBy(() -> search("/no/such/file", false, Map.of()).search())
                .isInstanceOf(AccessException.class)
                .hasMessage("kubernetes.kubeconfig: the file /no/such/file does not exist");
    }

    @Test
    void aFileThatIsNoKubeconfigIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("bad"), "\tnot: [yaml");

        assertThatThrownBy(() -> search(file.toString(), false, Map.of()).search())
                .isInstanceOf(AccessException.class)
                .hasMessageContaining(file + " is not a kubeconfig");
    }

    @Test
    void aContextThatDoesNotExistIsNotReplacedByAnother() throws IOException {
        Path file = kubeconfig("a", "first");
        AccessSearch search =
                new AccessSearch(
                        file.toString(), false, "typo", Map.of(), folder, folder.resolve("none"));

        assertThatThrownBy(search::search)
                .isInstanceOf(AccessException.class)
                .hasMessageEndingWith(
                        "has no context typo; set kubernetes.context to one of: first");
    }

    @Test
    void aKeyThatCannotBeReadIsNamedWithItsFile() throws IOException {
        Path key = Files.writeString(folder.resolve("client.key"), "no key");
        Path certificate = Files.writeString(folder.resolve("client.crt"), "no certificate");
        Path file =
                kubeconfig(
                        "a",
                        "first",
                        "client-key: " + key + ", client-certificate: " + certificate);

        assertThatThrownBy(() -> search(file.toString(), false, Map.of()).search())
                .isInstanceOf(AccessException.class)
                .hasMessageStartingWith("client key " + key + " holds no PEM block");
    }

    private AccessSearch search(String file, boolean useDefault, Map<String, String> environment) {
        return new AccessSearch(file, useDefault, "", environment, folder, folder.resolve("none"));
    }

    private static Optional<String> server(AccessSearch search) throws AccessException {
        return search.search().map(access -> access.config().getMasterUrl());
    }

    private Path kubeconfig(String path, String name) throws IOException {
        return kubeconfig(path, name, "token: t");
    }

    private Path kubeconfig(String path, String name, String user) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(
                file,
                """
                apiVersion: v1
                kind: Config
                clusters: [{name: NAME, cluster: {server: "https://NAME:6443"}}]
                users: [{name: NAME, user: {USER}}]
                contexts: [{name: NAME, context: {cluster: NAME, user: NAME}}]
                current-context: NAME
                """
                        .replace("NAME", name)
                        .replace("USER", user));
    }
}
