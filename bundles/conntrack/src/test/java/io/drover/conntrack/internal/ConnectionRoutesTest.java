package io.drover.conntrack.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.conntrack.Connection;
import io.drover.api.conntrack.Tuple;
import io.drover.api.http.ProblemException;
import io.drover.api.http.Route;
import io.drover.api.metadata.Entry;
import io.drover.api.security.Audience;
import io.drover.api.status.Status;
import io.drover.testing.JsonText;
import io.drover.testing.ManualClock;
import io.drover.testing.ScriptedConnections;
import io.drover.testing.ScriptedMetadata;
import io.drover.testing.ScriptedRequest;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionRoutesTest {

    private final ManualClock clock = new ManualClock(Instant.EPOCH);
    private final Health health =
            new Health(Status.waiting("the bundle kernel", clock.instant()), clock);
    private final ScriptedConnections table = new ScriptedConnections();
    private final Names names = new Names();
    private final Route route =
            new ConnectionRoutes(table, health, new ConnectionJson(names)).routes().get(0);

    @Test
    void isForTheLocalTokenAndNamesItsParameters() {
        assertThat(route.path()).isEqualTo("/api/v1/conntrack/connections");
        assertThat(route.audience()).isEqualTo(Audience.LOCAL);
        assertThat(route.parameters())
                .extracting(Route.Parameter::name)
                .containsExactly(
                        "protocol",
                        "address",
                        "port",
                        "nat",
                        "namespace",
                        "state",
                        "sort",
                        "limit",
                        "after");
    }

    @Test
    void showsAConnectionWithAllThatIsKnown() throws Exception {
        Tuple original = new Tuple(address("10.0.0.1"), 4000, address("10.99.0.1"), 80);
        Tuple reply = new Tuple(address("10.1.0.7"), 8080, address("10.0.0.1"), 4000);
        table.open(
                new Connection(
                        6,
                        original,
                        reply,
                        5,
                        0x2e | 1 << 20,
                        7,
                        42,
                        4026531840L,
                        "ESTABLISHED",
                        1_000_000_000,
                        1_000_000_060));
        health.active();

        assertThat(get())
                .isEqualTo(
                        "{'connections':[{'protocol':'tcp','state':'ESTABLISHED',"
                                + "'original':{'source':'10.0.0.1','source_port':4000,"
                                + "'destination':'10.99.0.1','destination_port':80},"
                                + "'reply':{'source':'10.1.0.7','source_port':8080,"
                                + "'destination':'10.0.0.1','destination_port':4000},"
                                + "'translated':true,"
                                + "'effective':{'source':'10.0.0.1','source_port':4000,"
                                + "'destination':'10.1.0.7','destination_port':8080},"
                                + "'zone':5,'mark':7,"
                                + "'status':['seen_reply','assured','confirmed','dst_nat','bit_20'],"
                                + "'id':42,'namespace':4026531840,'since':'2001-09-09T01:46:40Z','told':'2001-09-09T01:47:40Z'}],"
                                + "'count':1,'truncated':false,'next':null,'table_size':1}");
    }

    @Test
    void namesBothEndsOfBothSidesWhenTheClusterIsKnown() throws Exception {
        ScriptedMetadata metadata = new ScriptedMetadata();
        metadata.put(
                new Entry.Node("worker-1", "1", List.of(address("10.0.0.1")), "", true, Map.of()));
        metadata.put(
                new Entry.Service(
                        "shop",
                        "web",
                        "2",
                        "ClusterIP",
                        List.of(address("10.99.0.1")),
                        List.of(),
                        Map.of()));
        metadata.put(pod("shop", "web-1", "10.1.0.7"));
        table.open(
                ScriptedConnections.translated(
                        "10.0.0.1", 4000, "10.99.0.1", 80, "10.1.0.7", 8080));
        health.active();

        names.use(metadata);
        assertThat(get())
                .contains(
                        "'original':{'source':'10.0.0.1','source_name':'node/worker-1','source_port':4000,"
                                + "'destination':'10.99.0.1','destination_name':'service/shop/web',")
                .contains(
                        "'reply':{'source':'10.1.0.7','source_name':'pod/shop/web-1','source_port':8080,"
                                + "'destination':'10.0.0.1','destination_name':'node/worker-1',")
                .contains("'destination':'10.1.0.7','destination_name':'pod/shop/web-1',");

        names.forget(metadata);
        assertThat(get()).doesNotContain("_name");
    }

    private static Entry pod(String namespace, String name, String at) throws Exception {
        return new Entry.Pod(
                namespace,
                name,
                "3",
                "worker-1",
                false,
                List.of(address(at)),
                "Running",
                true,
                "",
                "",
                "",
                "",
                Map.of());
    }

    @Test
    void saysWhetherThereAreMoreThanTheLimit() throws Exception {
        fill(3);

        assertThat(get("limit", "3"))
                .endsWith("'count':3,'truncated':false,'next':null,'table_size':3}");
        assertThat(get("limit", "2"))
                .endsWith("'count':2,'truncated':true,'next':'2','table_size':3}");
    }

    @ParameterizedTest
    @CsvSource({
        "protocol, tcp, 2",
        "protocol, 6, 2",
        "protocol, udp, 0",
        "protocol, 255, 0",
        "address, 10.9.0.1, 1",
        "address, 10.0.0.1, 2",
        "address, ::ffff:10.0.0.1, 2",
        "address, fe80::1, 0",
        "port, 1000, 1",
        "nat, true, 1",
        "nat, false, 2"
    })
    void filtersByEachParameter(String name, String value, int count) throws Exception {
        health.active();
        table.open(ScriptedConnections.plain("10.0.0.1", 1000, "10.0.0.2", 80));
        table.open(
                ScriptedConnections.translated("10.0.0.1", 1001, "10.9.0.1", 80, "10.0.0.3", 81));

        assertThat(get(name, value)).contains("'count':" + count + ",");
    }

    @ParameterizedTest
    @CsvSource({
        "protocol, TCPX, 'one of tcp, udp,'",
        "protocol, 256, 'one of tcp, udp,'",
        "protocol, -1, 'one of tcp, udp,'",
        "address, localhost, 'an IPv4 or IPv6 address'",
        "address, 10.0.0, 'an IPv4 or IPv6 address'",
        "address, 10.0.0.256, 'an IPv4 or IPv6 address'",
        "address, 1::2::3, 'an IPv4 or IPv6 address'",
        "address, a.example:1, 'an IPv4 or IPv6 address'",
        "address, fe80::1%eth0, 'an IPv4 or IPv6 address'",
        "port, 65536, '0 to 65535'",
        "nat, yes, 'true or false'",
        "limit, 0, '1 to 10000'",
        "limit, 10001, '1 to 10000'"
    })
    void namesParameterRuleAndValueOfWhatItRefuses(String name, String value, String rule) {
        health.active();

        assertThatThrownBy(() -> get(name, value))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.status()).isEqualTo(400))
                .hasMessageContaining(name)
                .hasMessageContaining(value)
                .satisfies(e -> assertThat(e.getMessage().replace("from ", "")).contains(rule));
    }

    @ParameterizedTest
    @ValueSource(strings = {"waiting", "failed", "starting"})
    void saysWhyThereIsNoTable(String state) {
        switch (state) {
            case "failed" -> health.failed("no right", "be root");
            case "starting" -> health.starting();
            default -> {
                // As it began.
            }
        }

        assertThatThrownBy(this::get)
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.status()).isEqualTo(503))
                .hasMessageContaining(health.status().state().name())
                .hasMessageContaining(health.status().reason());
    }

    private void fill(int count) {
        health.active();
        for (int i = 0; i < count; i++) {
            table.open(ScriptedConnections.plain("10.0.0.1", 1000 + i, "10.0.0.2", 80));
        }
    }

    private String get(String... query) throws Exception {
        ScriptedRequest request = new ScriptedRequest();
        for (int i = 0; i < query.length; i += 2) {
            request.with(query[i], query[i + 1]);
        }
        return JsonText.of(route.handler().answer(request)).replace('"', '\'');
    }

    private static InetAddress address(String text) throws Exception {
        return InetAddress.getByName(text);
    }
}
