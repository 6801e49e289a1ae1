package io.drover.security.internal.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drover.security.internal.Starter;
import io.drover.security.internal.file.FileRights;
import io.drover.security.internal.file.SecretsFolder;
import io.drover.security.internal.file.UnsafeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFileTest {

    private static final String TOKEN = "0123456789abcdefABCDEF".repeat(3).substring(0, 64);

    @TempDir Path home;

    @Test
    void makesATokenThatNobodyElseCanRead() throws Exception {
        String token = TokenFile.readOrCreate(folder(), "local_token");

        assertThat(token).matches("[0-9a-f]{64}");
        assertThat(mode(secrets())).isEqualTo("rwx------");
        assertThat(mode(file())).isEqualTo("rw-------");
        assertThat(Files.readString(file())).isEqualTo(token + "\n");
    }

    @Test
    void givesTheSameTokenAtTheNextStart() throws Exception {
        String first = TokenFile.readOrCreate(folder(), "local_token");

        assertThat(TokenFile.readOrCreate(folder(), "local_token")).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void toleratesTheEndOfALine(String end) throws Exception {
        place(TOKEN + end, "rw-------");

        assertThat(TokenFile.readOrCreate(folder(), "local_token")).isEqualTo(TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "abc", "short", "zz", "nul", "two", "long", "space"})
    void refusesWhatIsNoTokenAndDoesNotShowIt(String kind) throws Exception {
        String content =
                switch (kind) {
                    case "short" -> TOKEN.substring(1) + "\n";
                    case "zz" -> TOKEN.substring(2) + "zz";
                    case "nul" -> TOKEN.substring(1) + "\0";
                    case "two" -> TOKEN + "\n" + TOKEN + "\n";
                    case "long" -> TOKEN + "0";
                    case "space" -> TOKEN + " \n";
                    default -> kind;
                };
        place(content, "rw-------");

        assertThatThrownBy(() -> TokenFile.readOrCreate(folder(), "local_token"))
                .isInstanceOf(UnsafeException.class)
                .hasMessageContaining(file() + " must hold 64 hex characters")
                .hasMessageNotContaining(TOKEN.substring(10, 30));
        assertThat(Files.readString(file())).isEqualTo(content);
    }

    @Test
    void doesNotReadAFileOfAnySize() throws Exception {
        place("0".repeat(70_000), "rw-------");

        assertThatThrownBy(() -> TokenFile.readOrCreate(folder(), "local_token"))
                .isInstanceOf(UnsafeException.class)
                .hasMessageContaining("longer than 65536 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-"})
    void refusesATokenThatOthersMayHaveRead(String mode) throws Exception {
        place(TOKEN, mode);

        assertThatThrownBy(() -> TokenFile.readOrCreate(folder(), "local_token"))
                .isInstanceOf(UnsafeException.class)
                .hasMessageContaining("is open to other users")
                .extracting(e -> ((UnsafeException) e).remedy())
                .asString()
                .contains("chmod 600");
    }

    @Test
    void refusesALinkToSomewhereElse() throws Exception {
        folder();
        Path elsewhere = Files.writeString(home.resolve("elsewhere"), TOKEN);
        Files.createSymbolicLink(file(), elsewhere);

        assertThatThrownBy(() -> TokenFile.readOrCreate(folder(), "local_token"))
                .isInstanceOf(UnsafeException.class)
                .hasMessageContaining("is a symbolic link");
    }

    @Test
    void refusesAnotherUsersToken() throws Exception {
        place(TOKEN, "rw-------");
        assumeTrue(FileRights.ofThisProcess().uid() == 0, "only root can give a file away");
        Files.setAttribute(file(), "unix:uid", 65534);

        assertThatThrownBy(() -> TokenFile.readOrCreate(folder(), "local_token"))
                .isInstanceOf(UnsafeException.class)
                .hasMessageContaining("belongs to user id 65534, not to 0");
    }

    @Test
    void closesAFolderThatWasOpen() throws Exception {
        Files.createDirectory(secrets());
        Files.setPosixFilePermissions(secrets(), PosixFilePermissions.fromString("rwxr-xr-x"));

        folder();

        assertThat(mode(secrets())).isEqualTo("rwx------");
    }

    @Test
    void isNotTroubledByWhatACrashLeftBehind() throws Exception {
        folder();
        // Before the link: half a token under a temporary name, which nothing reads.
        Files.writeString(secrets().resolve(".local_token.4711.tmp"), TOKEN.substring(30));

        String token = TokenFile.readOrCreate(folder(), "local_token");

        assertThat(token).hasSize(64);
        assertThat(names()).containsExactlyInAnyOrder(".lock", "local_token");
    }

    @Test
    void keepsTheTokenOfAStarterThatCrashedAfterTheLink() throws Exception {
        String token = TokenFile.readOrCreate(folder(), "local_token");
        Files.createLink(secrets().resolve(".local_token.4711.tmp"), file());

        folder().lock().close();

        assertThat(TokenFile.readOrCreate(folder(), "local_token")).isEqualTo(token);
        assertThat(names()).containsExactlyInAnyOrder(".lock", "local_token");
    }

    @Test
    void neverReplacesAFileThatIsThere() throws Exception {
        place(TOKEN, "rw-------");

        assertThatThrownBy(() -> folder().createSecret("local_token", new byte[] {1}))
                .isInstanceOf(java.nio.file.FileAlreadyExistsException.class);
        assertThat(Files.readString(file())).isEqualTo(TOKEN);
        assertThat(names()).containsExactly("local_token");
    }

    @Test
    void manyThreadsEndWithOneToken() throws Exception {
        int starters = 16;
        CyclicBarrier together = new CyclicBarrier(starters);
        ExecutorService threads = Executors.newFixedThreadPool(starters);
        List<Future<String>> tokens = new ArrayList<>();

        for (int i = 0; i < starters; i++) {
            tokens.add(
                    threads.submit(
                            () -> {
                                together.await(10, TimeUnit.SECONDS);
                                return TokenFile.readOrCreate(folder(), "local_token");
                            }));
        }

        Set<String> different = new HashSet<>();
        for (Future<String> token : tokens) {
            different.add(token.get(20, TimeUnit.SECONDS));
        }
        threads.shutdown();
        assertThat(different).hasSize(1);
        assertThat(names()).containsExactlyInAnyOrder(".lock", "local_token");
    }

    @Test
    void twoProcessesEndWithOneTokenAndOneAuthority() throws Exception {
        List<Process> starters = List.of(starter(), starter(), starter());

        Set<String> different = new HashSet<>();
        for (Process starter : starters) {
            String said =
                    new String(starter.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(starter.waitFor()).as(said).isZero();
            different.add(said);
        }

        assertThat(different).hasSize(1);
        assertThat(different.iterator().next()).contains("ca_sha256").contains("token ");
        assertThat(names())
                .containsExactlyInAnyOrder(
                        ".lock", "local_token", "ca.pem", "ca.key", "tls.pem", "tls.key");
    }

    private Process starter() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                        Starter.class.getName(),
                        secrets().toString())
                .redirectErrorStream(true)
                .start();
    }

    private SecretsFolder folder() throws IOException, UnsafeException {
        return SecretsFolder.open(secrets());
    }

    private Path secrets() {
        return home.resolve("secrets");
    }

    private Path file() {
        return secrets().resolve("local_token");
    }

    private void place(String content, String mode) throws Exception {
        folder();
        Files.writeString(file(), content);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(mode));
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(secrets())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
