package io.drover.kernel.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.kernel.Errno;
import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.ProcessLimits.Limit;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the kernel of this machine. */
class ProcessCallsTest {

    @TempDir Path folder;
    private final ProcessCalls calls = new ProcessCalls();
    private NativeCalls library;

    @BeforeEach
    void load() throws Exception {
        library = NativeCalls.load(java.util.List.of(folder));
    }

    @AfterEach
    void unload() {
        assertThat(calls.stop(Duration.ofSeconds(5))).isTrue();
        library.close();
    }

    @Test
    void setsTheSoftLimitOfCoreFilesAndKeepsTheHardOne() throws Exception {
        Limit before = calls.coreSize();
        long wanted = Math.min(12_345_678, before.hard());
        try {
            calls.setCoreSize(wanted);

            assertThat(calls.coreSize()).isEqualTo(new Limit(wanted, before.hard()));
            assertThat(Files.readString(Path.of("/proc/self/limits")))
                    .containsPattern("Max core file size +" + wanted + " ");
        } finally {
            calls.setCoreSize(before.soft());
        }
        assertThat(calls.coreSize()).isEqualTo(before);
    }

    @Test
    void forbidsAndAllowsDumps() throws Exception {
        int before = calls.dumpable();
        try {
            calls.setDumpable(false);
            assertThat(calls.dumpable()).isZero();
            calls.setDumpable(true);
            assertThat(calls.dumpable()).isEqualTo(1);
        } finally {
            calls.setDumpable(before == 1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDatagramArrivesByPathAndByAbstractName(boolean abstractName) throws Exception {
        String address =
                abstractName
                        ? "@drover-test-" + ProcessHandle.current().pid()
                        : folder.resolve("socket").toString();
        int receiver = LibC.socket(Linux.AF_UNIX, Linux.SOCK_DGRAM | Linux.SOCK_CLOEXEC, 0);
        try {
            byte[] name = address.getBytes(StandardCharsets.UTF_8);
            ByteBuffer bound = Memory.allocate(110).putShort((short) Linux.AF_UNIX).put(name);
            if (abstractName) {
                bound.put(2, (byte) 0);
            }
            assertThat(LibC.bind(receiver, Memory.addressOf(bound), 2 + name.length)).isZero();

            calls.send(address, "READY=1\n".getBytes(StandardCharsets.UTF_8));

            ByteBuffer taken = Memory.allocate(64);
            assertThat(LibC.read(receiver, Memory.addressOf(taken), 64)).isEqualTo(8);
            byte[] text = new byte[8];
            taken.get(text);
            assertThat(new String(text, StandardCharsets.UTF_8)).isEqualTo("READY=1\n");
        } finally {
            LibC.close(receiver);
        }
    }

    @Test
    void saysWhenNobodyListens() {
        assertThatThrownBy(() -> calls.send(folder.resolve("nobody").toString(), new byte[] {1}))
                .isInstanceOfSatisfying(
                        KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
        assertThatThrownBy(() -> calls.send("@drover-nobody", new byte[0]))
                .isInstanceOfSatisfying(
                        KernelException.class,
                        e -> assertThat(e.errno()).isEqualTo(Errno.ECONNREFUSED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "relative", "@", "vsock:2:9999"})
    void refusesWhatIsNoUnixAddress(String address) {
        assertThatThrownBy(() -> calls.send(address, new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> calls.send("/" + "x".repeat(108), new byte[0]))
                .hasMessageContaining("2 to 107 bytes");
    }

    @Test
    void answersNobodyAfterItsStop() {
        assertThat(calls.stop(Duration.ZERO)).isTrue();

        assertThatThrownBy(calls::coreSize).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> calls.send("@x", new byte[0]))
                .isInstanceOf(IllegalStateException.class);
    }
}
