package io.drover.itests.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testing.Await;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A person who has no cluster and no network sees scaling and its reasons within a minute. */
class SandboxIT {

    private static final Duration MINUTE = Duration.ofSeconds(60);
    private static Namespace nowhere;

    @BeforeAll
    static void cutOff() {
        nowhere = Namespace.make("sandbox");
    }

    @AfterAll
    static void remove() {
        if (nowhere != null) {
            nowhere.close();
        }
    }

    @Test
    void aWorkloadGrowsAndSaysWhyWithTheNetworkOff() {
        assertThat(nowhere.run("ip", "route", "show", "table", "all", "type", "unicast").output())
                .isEmpty();
        try (RunningDrover drover =
                RunningDrover.start("sandbox").within(nowhere).with("--sandbox").ready()) {
            Await.until(
                    "the Deployment grew and the journal has it",
                    MINUTE,
                    () -> verb(drover, "journal", "shop/web").contains(" scale  "),
                    () -> verb(drover, "journal") + drover.terminal());

            assertThat(verb(drover, "explain", "shop/web"))
                    .startsWith("shop/web: ")
                    .contains("cpu is at ", "the goal is 60 %");
            assertThat(verb(drover, "explain", "shop/web", "--if", "cpu=900%"))
                    .contains("with spec.constraints.maxReplicas: ");
            assertThat(verb(drover, "explain", "shop/lost"))
                    .contains("apps/v1 Deployment nowhere does not exist");
            assertThat(verb(drover, "journal", "--verify")).contains("the chain holds");
            assertThat(verb(drover, "journal", "shop/worker"))
                    .contains("nothing is written in the mode Preview")
                    .doesNotContain(" scale ");
            String page = drover.terminal().replaceAll("(?s).*SANDBOX: .*?page=(\\S+).*", "$1");
            assertThat(nowhere.run("curl", "-sS", "--fail", page).orFail())
                    .contains("no cluster: an embedded API server");
            assertThat(nowhere.run("curl", "-sS", "--fail", page + "figures.json").orFail())
                    .contains("\"reason\":\"SuccessfulScale\"");
            assertThat(
                            nowhere.run(
                                            "curl",
                                            "-sS",
                                            "-o",
                                            "/dev/null",
                                            "-w",
                                            "%{http_code}",
                                            page + "api/v1/pods")
                                    .output())
                    .isEqualTo("401");
            assertThat(verb(drover, "status")).containsPattern("sandbox +active .*no cluster");
        }
    }

    @Test
    void itIsNeverThereByItself() {
        try (RunningDrover drover =
                RunningDrover.start("sandbox-not").within(nowhere).with("--sandbox").ready()) {
            Await.until(
                    "the sandbox",
                    MINUTE,
                    () -> drover.terminal().contains("SANDBOX: "),
                    drover::terminal);
            assertThat(drover.stop()).isZero();
            // The same home without the word: the feature does not stay behind.
            try (RunningDrover plain = RunningDrover.again(drover).within(nowhere).ready()) {
                assertThat(verb(plain, "status")).doesNotContain("sandbox");
                assertThat(plain.terminal()).doesNotContain("SANDBOX");
                assertThat(Files.exists(plain.home().resolve("run/sandbox.kubeconfig"))).isFalse();
            }
        }
    }

    private static String verb(RunningDrover drover, String... words) {
        String[] all = new String[words.length + 3];
        all[0] = RunningDrover.assembly().resolve("bin/drover").toString();
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--home";
        all[words.length + 2] = drover.home().toString();
        return nowhere.run(all).output();
    }
}
