package io.drover.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcPortOwnersTest {

    private static final String HEAD =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid"
                    + "  timeout inode\n";

    @TempDir Path proc;

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void findsThisProcess(String address) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            assertThat(new ProcPortOwners(Path.of("/proc")).ownerOf(server.getLocalPort()))
                    .hasValueSatisfying(
                            owner ->
                                    assertThat(owner)
                                            .endsWith(
                                                    " (pid "
                                                            + ProcessHandle.current().pid()
                                                            + ")"));
        }
    }

    @Test
    void nobodyHoldsAPortThatWasClosed() throws Exception {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }

        assertThat(new ProcPortOwners(Path.of("/proc")).ownerOf(port)).isEmpty();
    }

    @Test
    void namesTheHolderOfTheListeningSocket() throws Exception {
        table("tcp", line("0100007F:3A9D", "0A", "777"));
        process("42", "nginx", "777");

        assertThat(new ProcPortOwners(proc).ownerOf(0x3A9D)).contains("nginx (pid 42)");
    }

    @Test
    void aConnectionFromThatPortDoesNotHoldIt() throws Exception {
        table("tcp", line("0100007F:3A9D", "01", "777"));
        process("42", "curl", "777");

        assertThat(new ProcPortOwners(proc).ownerOf(0x3A9D)).isEmpty();
    }

    @Test
    void brokenLinesAreNoHindrance() throws Exception {
        table("tcp", "", "  17: 0100007F", "garbage", line("0100007F:3A9D", "0A", "777"), "\0\0");
        process("42", "nginx", "777");
        Files.createDirectories(proc.resolve("43"));

        assertThat(new ProcPortOwners(proc).ownerOf(0x3A9D)).contains("nginx (pid 42)");
    }

    @Test
    void aHolderWhoseNameIsGoneIsStillNamedByItsId() throws Exception {
        table("tcp6", line("00000000000000000000000000000000:0050", "0A", "9"));
        process("42", "nginx", "9");
        Files.delete(proc.resolve("42/comm"));

        assertThat(new ProcPortOwners(proc).ownerOf(80)).contains("a process (pid 42)");
    }

    @Test
    void aSocketThatNoVisibleProcessHoldsHasNoOwner() throws Exception {
        table("tcp", line("0100007F:0050", "0A", "9"));
        process("42", "nginx", "10");

        assertThat(new ProcPortOwners(proc).ownerOf(80)).isEmpty();
    }

    @Test
    void withoutProcThereIsNoAnswer() {
        assertThat(new ProcPortOwners(proc.resolve("absent")).ownerOf(80)).isEmpty();
    }

    private void table(String name, String... lines) throws IOException {
        Files.createDirectories(proc.resolve("net"));
        Files.writeString(proc.resolve("net").resolve(name), HEAD + String.join("\n", lines));
    }

    private static String line(String local, String state, String inode) {
        return "   0: "
                + local
                + " 00000000:0000 "
                + state
                + " 00000000:00000000 00:00000000"
                + " 00000000     0        0 "
                + inode
                + " 1 0000000000000000 100 0 0 10 0";
    }

    private void process(String pid, String name, String inode) throws IOException {
        Path fd = Files.createDirectories(proc.resolve(pid).resolve("fd"));
        Files.createSymbolicLink(fd.resolve("0"), Path.of("pipe:[5]"));
        Files.createSymbolicLink(fd.resolve("7"), Path.of("socket:[" + inode + "]"));
        Files.writeString(proc.resolve(pid).resolve("comm"), name + "\n");
    }
}
