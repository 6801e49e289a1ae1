package io.drover.core.internal;

import static io.drover.core.internal.Agents.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.agent.Agent.SubsystemView;
import io.drover.api.agent.Home;
import io.drover.api.net.Listening.Bound;
import io.drover.api.status.State;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnnouncementTest {

    private static final Home HOME = new Home(Path.of("/h"));

    @Test
    void namesEachListenerWithItsAddressesAndHowToAsk() {
        String text =
                ready(
                        new Bound(
                                "api", "https", List.of(at("127.0.0.1", 15005), at("::1", 15005))),
                        new Bound("grpc", "grpcs", List.of(at("127.0.0.1", 15006))),
                        new Bound("metrics", "http", List.of(at("0.0.0.0", 15000))),
                        new Bound("health", "http", List.of(at("::", 15055))));

        assertThat(text.lines().map(String::strip))
                .contains(
                        "Drover 1.2.3 is ready after 3.2 s.",
                        "api       https://127.0.0.1:15005  https://[::1]:15005",
                        "grpc      127.0.0.1:15006",
                        "metrics   http://0.0.0.0:15000/metrics",
                        "health    http://[::]:15055/ready",
                        "token     /h/secrets/local_token",
                        "authority /h/secrets/ca.pem",
                        "curl --cacert /h/secrets/ca.pem -H \"Authorization: Bearer $(cat"
                                + " /h/secrets/local_token)\" https://127.0.0.1:15005/api/v1/status");
    }

    @Test
    void withoutAnApiListenerThereIsNothingToAsk() {
        assertThat(ready(new Bound("api", "https", List.of())))
                .doesNotContain("curl")
                .doesNotContain("https");
    }

    @Test
    void namesWhatDoesNotWorkWithItsRemedy() {
        SubsystemView conntrack = view("conntrack", State.DEGRADED, "no privilege", "add CAP_X");
        SubsystemView kubernetes = view("kubernetes", State.WAITING, "a kubeconfig", "");

        String text = Announcement.slow(Duration.ofSeconds(15), List.of(conntrack, kubernetes));

        assertThat(text.lines())
                .containsExactly(
                        "",
                        "Drover is not ready after 15 s.",
                        "",
                        "  conntrack is degraded: no privilege",
                        "    remedy: add CAP_X",
                        "  kubernetes is waiting: a kubeconfig");
    }

    @Test
    void keepsSilentAboutWhatWorksOrIsSwitchedOff() {
        String text =
                Announcement.slow(
                        Duration.ofSeconds(15),
                        List.of(
                                view("http", State.ACTIVE, "", ""),
                                view("link", State.SKIPPED, "link.enabled is false", "")));

        assertThat(text).doesNotContain("http").doesNotContain("link");
    }

    private static String ready(Bound... bound) {
        return Announcement.ready(
                "1.2.3", Duration.ofMillis(3_210), List.of(bound), HOME, List.of());
    }

    private static SubsystemView view(String name, State state, String reason, String remedy) {
        return new SubsystemView(name, state, Instant.EPOCH, reason, remedy, List.of(), Map.of());
    }
}
