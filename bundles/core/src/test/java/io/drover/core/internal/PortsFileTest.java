package io.drover.core.internal;

import static io.drover.core.internal.Agents.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.net.Listening.Bound;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsFileTest {

    private static final Bound API =
            new Bound("api", "https", List.of(at("127.0.0.1", 41001), at("::1", 41001)));

    @TempDir Path home;

    @Test
    void hasOneListenerALine() {
        Bound grpc = new Bound("grpc", "grpcs", List.of(at("127.0.0.1", 41002)));

        assertThat(PortsFile.render(List.of(API, grpc)))
                .isEqualTo(
                        """
                        {
                          "api": {"protocol": "https", "port": 41001, "addresses": ["127.0.0.1", "0:0:0:0:0:0:0:1"]},
                          "grpc": {"protocol": "grpcs", "port": 41002, "addresses": ["127.0.0.1"]}
                        }
                        """);
    }

    @Test
    void leavesOutWhatIsNotBound() {
        assertThat(PortsFile.render(List.of(new Bound("api", "https", List.of()))))
                .isEqualTo("{\n\n}\n");
    }

    @Test
    void isWrittenOnlyWhenItWouldDiffer() throws Exception {
        PortsFile file = new PortsFile(home.resolve("run"));
        file.update(List.of(API));
        Path written = home.resolve("run/ports.json");
        FileTime longAgo = FileTime.fromMillis(1_000);
        Files.setLastModifiedTime(written, longAgo);

        file.update(List.of(API));
        assertThat(Files.getLastModifiedTime(written)).isEqualTo(longAgo);

        file.update(List.of());
        assertThat(Files.readString(written)).doesNotContain("api");
    }

    @Test
    void leavesNothingBesideItself() throws Exception {
        new PortsFile(home.resolve("run")).update(List.of(API));

        try (var files = Files.list(home.resolve("run"))) {
            assertThat(files).containsExactly(home.resolve("run/ports.json"));
        }
    }

    @Test
    void cannotComeBackOnceItWasTakenAway() throws Exception {
        PortsFile file = new PortsFile(home.resolve("run"));
        file.update(List.of());

        file.delete();
        file.update(List.of(API));

        assertThat(home.resolve("run/ports.json")).doesNotExist();
    }
}
