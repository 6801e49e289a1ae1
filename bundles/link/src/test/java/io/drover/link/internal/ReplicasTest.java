package io.drover.link.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.HostAndPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ReplicasTest {

    private static final List<HostAndPort> ENDPOINTS =
            List.of(HostAndPort.fromString("cluster:1"), HostAndPort.fromString("[::1]:2"));

    private static InetAddress[] resolve(String host) throws UnknownHostException {
        return switch (host) {
            case "cluster" -> addresses("10.0.0.1", "10.0.0.2", "10.0.0.3");
            case "::1" -> addresses("::1");
            default -> throw new UnknownHostException(host);
        };
    }

    private static InetAddress[] addresses(String... texts) throws UnknownHostException {
        InetAddress[] addresses = new InetAddress[texts.length];
        for (int i = 0; i < texts.length; i++) {
            addresses[i] = InetAddress.getByName(texts[i]);
        }
        return addresses;
    }

    @Test
    void givesOutEachAddressOnceAndThenAsksAnew() {
        Replicas replicas =
                new Replicas("link.endpoints", ENDPOINTS, ReplicasTest::resolve, new Random(1));

        for (int round = 0; round < 3; round++) {
            Set<String> given = new TreeSet<>();
            for (int i = 0; i < 4; i++) {
                Replicas.Replica replica = replicas.next().orElseThrow();
                given.add(replica.host() + " " + replica.address().getPort());
            }
            assertThat(given).containsExactly("::1 2", "cluster 1");
            assertThat(replicas.allTried()).isTrue();
        }
    }

    @Test
    void nodesSpreadOverTheReplicas() {
        Map<String, Integer> firsts = new java.util.TreeMap<>();
        for (int node = 0; node < 3000; node++) {
            Replicas replicas =
                    new Replicas(
                            "link.endpoints",
                            ENDPOINTS.subList(0, 1),
                            ReplicasTest::resolve,
                            new Random(node * 7919L));
            firsts.merge(replicas.next().orElseThrow().address().toString(), 1, Integer::sum);
        }

        assertThat(firsts).hasSize(3);
        assertThat(firsts.values()).allSatisfy(count -> assertThat(count).isBetween(850, 1150));
    }

    @Test
    void saysWhichNameHasNoAddressAndUsesTheOthers() {
        Replicas replicas =
                new Replicas(
                        "link.endpoints",
                        List.of(
                                HostAndPort.fromString("nowhere:1"),
                                HostAndPort.fromString("[::1]:2")),
                        ReplicasTest::resolve,
                        new Random(1));

        Set<String> hosts = new HashSet<>();
        replicas.next().ifPresent(replica -> hosts.add(replica.host()));

        assertThat(hosts).containsExactly("::1");
        assertThat(replicas.problem()).isEqualTo("link.endpoints: no address is known for nowhere");
    }
}
