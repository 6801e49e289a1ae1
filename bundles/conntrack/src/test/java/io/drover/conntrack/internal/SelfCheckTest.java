package io.drover.conntrack.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.diagnosis.Check;
import io.drover.api.diagnosis.Check.Verdict;
import io.drover.api.status.Status;
import io.drover.testing.Configured;
import io.drover.testing.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfCheckTest {

    @TempDir Path folder;
    private final ManualClock clock = new ManualClock(Instant.EPOCH);
    private final Health health = new Health(Status.waiting("kernel", clock.instant()), clock);

    @BeforeEach
    void aKernelInWhichAllIsWell() throws Exception {
        set("nf_conntrack_max", "1000");
        set("nf_conntrack_count", "10");
        set("nf_conntrack_events", "2");
        set("nf_conntrack_acct", "1");
        set("nf_conntrack_timestamp", "1");
        capabilities("000001ffffffffff");
        health.active();
    }

    @Test
    void findsNothingAmissWhereAllIsWell() throws Exception {
        assertThat(run(Map.of()).values())
                .extracting(Check::verdict)
                .containsOnly(Verdict.PASS, Verdict.SKIPPED);
    }

    @Test
    void namesTheCapabilityThatIsMissing() throws Exception {
        capabilities("0000000000000000");

        assertThat(run(Map.of()).get("capability").finding()).contains("CAP_NET_ADMIN");
        assertThat(run(Map.of()).get("capability").verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void hasACommandForEachSettingOfTheKernel() throws Exception {
        set("nf_conntrack_events", "0");
        set("nf_conntrack_acct", "0");
        set("nf_conntrack_timestamp", "0");
        set("nf_conntrack_count", "900");

        Map<String, Check> checks = run(Map.of());

        assertThat(checks.get("events").verdict()).isEqualTo(Verdict.FAIL);
        assertThat(checks.get("events").command())
                .isEqualTo("sysctl -w net.netfilter.nf_conntrack_events=2");
        assertThat(checks.get("acct").command())
                .isEqualTo("sysctl -w net.netfilter.nf_conntrack_acct=1");
        assertThat(checks.get("timestamp").command())
                .isEqualTo("sysctl -w net.netfilter.nf_conntrack_timestamp=1");
        assertThat(checks.get("room").command())
                .isEqualTo("sysctl -w net.netfilter.nf_conntrack_max=2000");
    }

    @Test
    void saysThatNothingAsksTheKernelToTrack() throws Exception {
        set("nf_conntrack_count", "0");

        assertThat(run(Map.of()).get("tracking").remedy()).contains("first NAT rule");
    }

    @Test
    void saysThatTheKernelHasNoConntrack() throws Exception {
        Files.delete(folder.resolve("nf_conntrack_max"));

        assertThat(run(Map.of()).get("tracking").command())
                .isEqualTo("modprobe nf_conntrack_netlink");
    }

    @Test
    void countsWhatTheKernelRefused() throws Exception {
        Files.writeString(
                folder.resolve("stat"),
                "entries insert_failed drop early_drop\n0a 01 00 02\n0a 00 10 00\n");

        assertThat(run(Map.of()).get("room").finding()).contains("19 connections were dropped");
    }

    @Test
    void looksAtNothingWhenItIsSwitchedOff() throws Exception {
        assertThat(run(Map.of("enabled", false)))
                .containsOnlyKeys("following")
                .allSatisfy(
                        (name, check) -> assertThat(check.verdict()).isEqualTo(Verdict.SKIPPED));
    }

    private Map<String, Check> run(Map<String, Object> keys) {
        List<Check> checks =
                new SelfCheck(
                                Settings.from(Configured.with(ConntrackConfig.class, keys)),
                                new Kernel(folder, folder.resolve("stat"), true),
                                () -> null,
                                health,
                                folder.resolve("status"))
                        .run();
        return checks.stream().collect(Collectors.toMap(Check::name, Function.identity()));
    }

    private void set(String name, String value) throws Exception {
        Files.writeString(folder.resolve(name), value + "\n");
    }

    private void capabilities(String effective) throws Exception {
        Files.writeString(folder.resolve("status"), "Name:\tjava\nCapEff:\t" + effective + "\n");
    }
}
