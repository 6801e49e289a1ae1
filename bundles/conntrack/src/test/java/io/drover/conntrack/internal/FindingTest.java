package io.drover.conntrack.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.kernel.KernelException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FindingTest {

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "1, needs CAP_NET_ADMIN",
        "13, needs CAP_NET_ADMIN",
        "22, modprobe nf_conntrack_netlink",
        "2, conntrack.namespace",
        "24, open files",
        "105, receive_buffer_bytes"
    })
    void hasARemedyForWhatTheKernelRefuses(int errno, String remedy) {
        Finding finding = Finding.of(new KernelException("do this", errno));

        assertThat(finding.reason()).contains("do this");
        assertThat(finding.remedy()).contains(remedy);
    }

    @Test
    void findsThatEventsAreSwitchedOff() throws Exception {
        Files.writeString(folder.resolve("nf_conntrack_max"), "1000\n");
        Files.writeString(folder.resolve("nf_conntrack_events"), "0\n");

        assertThat(
                        new Kernel(folder, folder.resolve("stat"), true)
                                .missing()
                                .orElseThrow()
                                .remedy())
                .contains("sysctl -w net.netfilter.nf_conntrack_events");
    }

    @Test
    void readsASettingOfTheRealKernelWhole() {
        Path real = Path.of("/proc/sys/kernel");

        // At least 301 on any machine; the first digit alone is less (man 5 proc).
        assertThat(new Kernel(real, folder.resolve("stat"), true).number("pid_max").orElseThrow())
                .isGreaterThan(300);
    }

    @Test
    void findsThatNothingTracks() {
        assertThat(
                        new Kernel(folder, folder.resolve("stat"), true)
                                .missing()
                                .orElseThrow()
                                .remedy())
                .contains("modprobe nf_conntrack");
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void findsNothingAmissWhenEventsAreOn(String mode) throws Exception {
        Files.writeString(folder.resolve("nf_conntrack_max"), "1000\n");
        Files.writeString(folder.resolve("nf_conntrack_events"), mode + "\n");

        assertThat(new Kernel(folder, folder.resolve("stat"), true).missing()).isEmpty();
    }
}
