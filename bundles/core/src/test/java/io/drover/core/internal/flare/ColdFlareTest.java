package io.drover.core.internal.flare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColdFlareTest {

    private static final String TOKEN = "0123456789abcdef".repeat(4);

    @TempDir Path home;

    @Test
    void holdsWhatTheHomeFolderTellsAndNoSecretOfIt() throws Exception {
        write("secrets/local_token", TOKEN + "\n");
        write("secrets/odd", "plain words for a password");
        write("etc/drover.yaml", "core:\n  api_key: plain words for a password\n");
        write("etc/conf.d/10.yaml", "http:\n  api_port: 0\n");
        write("log/drover.log", "the token is " + TOKEN + ", they said\n");
        write("data/cache/big", "no");

        Map<String, String> zip = make();

        assertThat(zip)
                .containsEntry(
                        "home/log_drover.log", "the token is [redacted: known secret], they said\n")
                .containsEntry("home/etc_conf.d_10.yaml", "http:\n  api_port: 0\n")
                .containsKeys("home/files.txt", "host/process_status.txt", "host/proc_meminfo.txt");
        assertThat(zip.values())
                .allSatisfy(
                        text ->
                                assertThat(text)
                                        .doesNotContain(TOKEN)
                                        .doesNotContain("plain words"));
        assertThat(zip.get("home/files.txt")).contains("secrets/local_token").doesNotContain("big");
        assertThat(zip.get("manifest.json"))
                .contains("reduced, made without the agent", "\"why\": \"nobody answers\"");
    }

    @Test
    void ofAProcessThatRunsItHasTheStacks() throws Exception {
        write("run/pid", ProcessHandle.current().pid() + "\n");

        assertThat(make().get("threads/stacks.txt")).contains("ColdFlareTest.make");
    }

    @Test
    void aLinkOutOfTheHomeIsNotFollowed() throws Exception {
        write("elsewhere", "private matters");
        Files.createDirectories(home.resolve("log"));
        Files.createSymbolicLink(home.resolve("log/link"), home.resolve("elsewhere"));

        Map<String, String> zip = make();

        assertThat(zip.values()).noneMatch(text -> text.contains("private matters"));
        assertThat(zip.get("manifest.json")).contains("leads out of its folder");
    }

    @Test
    void takesTheJvmsErrorReportsAndNoCore() throws Exception {
        write("crash/hs_err_7.log", "#  SIGSEGV (0xb) at pc=0x1\n");
        write("crash/core", "all that the agent knew");

        Map<String, String> zip = make();

        assertThat(zip).containsEntry("home/crash_hs_err_7.log", "#  SIGSEGV (0xb) at pc=0x1\n");
        assertThat(zip.values()).noneMatch(text -> text.contains("all that the agent knew"));
    }

    private Map<String, String> make() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ColdFlare.write(home, "nobody answers", Path.of(System.getProperty("java.home")), bytes);
        return FlareMakerTest.unzip(bytes.toByteArray());
    }

    private void write(String file, String text) throws Exception {
        Path path = home.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
