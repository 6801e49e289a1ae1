package io.drover.kubernetes.internal.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.LightObserver;
import io.drover.api.kubernetes.ObjectKind;
import io.drover.api.kubernetes.Watch;
import io.drover.api.metadata.Change;
import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Kind;
import io.drover.api.metadata.Metadata;
import io.drover.api.metadata.MetadataStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClusterMetadataTest {

    private final Map<String, LightObserver> observers = new HashMap<>();
    private Watch.Phase phase = Watch.Phase.LIVE;
    private final ClusterMetadata metadata =
            new ClusterMetadata(
                    this::watch,
                    new ClusterMetadata.Limits(8, 16, 2, Set.of("app")),
                    Clock.systemUTC());

    @Test
    void watchesNothingBeforeSomebodyAsks() {
        assertThat(metadata.state().phase()).isEqualTo(Metadata.Phase.IDLE);
        assertThat(observers).isEmpty();

        metadata.get(new Entry.Ref(Kind.POD, "shop", "cart"));

        assertThat(observers)
                .containsOnlyKeys("Namespace", "Node", "Service", "Pod", "EndpointSlice");
        assertThat(metadata.state().phase()).isEqualTo(Metadata.Phase.LIVE);
    }

    @Test
    void knowsWhoHasAnAddressServiceBeforePodBeforeNode() throws UnknownHostException {
        begin();
        put("Node", node("n1", "10.0.0.1"));
        put("Pod", pod("cart-5d9-x1", "10.1.0.5", "Running"));
        put("Service", service("cart", "10.96.0.7"));

        assertThat(nameAt("10.0.0.1")).isEqualTo("n1");
        assertThat(nameAt("10.1.0.5")).isEqualTo("cart-5d9-x1");
        assertThat(nameAt("10.96.0.7")).isEqualTo("cart");
        assertThat(nameAt("10.9.9.9")).isEmpty();
    }

    @Test
    void aPodThatHasEndedHasNoAddressAndAnotherMayHaveIt() throws UnknownHostException {
        begin();
        put("Pod", pod("old", "10.1.0.5", "Running"));
        put("Pod", pod("new", "10.1.0.5", "Running"));
        put("Pod", pod("old", "10.1.0.5", "Succeeded"));
        assertThat(nameAt("10.1.0.5")).isEqualTo("new");

        observers.get("Pod").removed("shop/old");
        assertThat(nameAt("10.1.0.5")).isEqualTo("new");
        observers.get("Pod").removed("shop/new");
        assertThat(nameAt("10.1.0.5")).isEmpty();
    }

    @Test
    void tellsTheDeploymentBehindAPodsReplicaSetAndKeepsTheConfiguredLabelsAlone() {
        begin();
        put("Pod", pod("cart-5d9-x1", "10.1.0.5", "Running"));

        Entry.Pod pod =
                (Entry.Pod)
                        metadata.get(new Entry.Ref(Kind.POD, "shop", "cart-5d9-x1")).orElseThrow();
        assertThat(pod.ownerKind()).isEqualTo("ReplicaSet");
        assertThat(pod.workloadKind()).isEqualTo("Deployment");
        assertThat(pod.workloadName()).isEqualTo("cart");
        assertThat(pod.labels()).containsExactly(Map.entry("app", "cart"));
    }

    @Test
    void aStreamGivesASnapshotAndThenTheChanges() {
        begin();
        put("Node", node("n1", "10.0.0.1"));
        MetadataStream stream = metadata.stream(Set.of(Kind.NODE, Kind.SERVICE));
        AtomicInteger woken = new AtomicInteger();
        stream.onReady(woken::incrementAndGet);
        assertThat(drain(stream)).containsExactly("begin", "+n1", "complete");
        int before = woken.get();

        put("Service", service("cart", "10.96.0.7"));
        put("Pod", pod("cart-5d9-x1", "10.1.0.5", "Running"));
        observers.get("Node").removed("n1");

        assertThat(woken.get()).isGreaterThan(before);
        assertThat(drain(stream)).containsExactly("+cart", "-n1");
        assertThat(stream.poll()).isNull();
    }

    @Test
    void aSnapshotIsCompleteOnlyWhenEveryKindOfItIsRead() {
        ask();
        MetadataStream stream = metadata.stream(Set.of(Kind.NODE, Kind.SERVICE));
        AtomicInteger woken = new AtomicInteger();
        stream.onReady(woken::incrementAndGet);
        assertThat(drain(stream)).containsExactly("begin");

        put("Node", node("n1", "10.0.0.1"));
        tell("Node", Watch.Phase.LIVE);
        assertThat(drain(stream)).isEmpty();
        put("Service", service("cart", "10.96.0.7"));
        assertThat(drain(stream)).isEmpty();
        int before = woken.get();
        tell("Service", Watch.Phase.LIVE);

        assertThat(woken.get()).isGreaterThan(before);
        assertThat(drain(stream)).containsExactlyInAnyOrder("+n1", "+cart", "complete");
        put("Service", service("till", "10.96.0.8"));
        assertThat(drain(stream)).containsExactly("+till");
    }

    @Test
    void aReaderThatComesWhileTheClusterIsLostWaitsForItsReturn() {
        begin();
        put("Node", node("n1", "10.0.0.1"));
        MetadataStream before = metadata.stream(Set.of(Kind.NODE));
        assertThat(drain(before)).containsExactly("begin", "+n1", "complete");
        tell("Node", Watch.Phase.RECONNECTING);

        MetadataStream later = metadata.stream(Set.of(Kind.NODE));
        assertThat(drain(later)).containsExactly("begin");
        tell("Node", Watch.Phase.LIVE);

        assertThat(drain(later)).containsExactly("+n1", "complete");
        assertThat(drain(before)).isEmpty();
    }

    @Test
    void ofAKindThatTheApiServerDoesNotServeItIsKnownThatThereIsNothing() {
        ask();
        for (String kind : List.of("Namespace", "Node", "Service", "Pod")) {
            tell(kind, Watch.Phase.LIVE);
        }
        MetadataStream stream = metadata.stream(Set.of());
        assertThat(drain(stream)).containsExactly("begin");

        tell("EndpointSlice", Watch.Phase.NO_KIND);

        assertThat(drain(stream)).containsExactly("complete");
    }

    @Test
    void aReaderThatIsTooFarBehindGetsEverythingAnew() {
        begin();
        MetadataStream stream = metadata.stream(Set.of(Kind.NODE));
        drain(stream);
        for (int i = 0; i < 40; i++) {
            put("Node", node("n1", "10.0.0." + (i + 1)));
        }

        assertThat(drain(stream)).containsExactly("begin", "+n1", "complete");
    }

    @Test
    void whatDoesNotChangeThePartsThatAreKeptIsNoChange() {
        begin();
        put("Node", node("n1", "10.0.0.1"));
        long revision = metadata.state().revision();
        put("Node", node("n1", "10.0.0.1"));

        assertThat(metadata.state().revision()).isEqualTo(revision);
    }

    @Test
    void leavesOutWhatIsMoreThanTheLimitAndSaysSo() {
        begin();
        for (int i = 0; i < 11; i++) {
            put("Node", node("n" + i, "10.0.0." + (i + 1)));
        }

        assertThat(metadata.state().dropped()).isEqualTo(3);
        assertThat(metadata.state().entries()).containsEntry(Kind.NODE, 8);
    }

    @Test
    void countsAnObjectThatIsLeftOutOnceAndNoMoreWhenItIsGone() {
        begin();
        for (int i = 0; i < 8; i++) {
            put("Node", node("n" + i, "10.0.0." + (i + 1)));
        }
        put("Pod", pod("cart", "10.1.0.5", "Pending"));
        put("Pod", pod("cart", "10.1.0.5", "Running"));
        assertThat(metadata.state().dropped()).isEqualTo(1);

        observers.get("Pod").removed("shop/cart");

        assertThat(metadata.state().dropped()).isZero();
    }

    @Test
    void anAddressOfTwoPodsIsOfTheOneThatIsLeft() throws UnknownHostException {
        begin();
        put("Pod", pod("old", "10.1.0.5", "Running"));
        put("Pod", pod("young", "10.1.0.5", "Running"));
        put("Pod", pod("old", "10.1.0.5", "Terminating"));

        observers.get("Pod").removed("shop/old");
        assertThat(nameAt("10.1.0.5")).isEqualTo("young");
        observers.get("Pod").removed("shop/young");

        assertThat(nameAt("10.1.0.5")).isEmpty();
    }

    @Test
    void opensNoMoreStreamsThanAllowedAndEndsThemAll() {
        begin();
        MetadataStream first = metadata.stream(Set.of());
        metadata.stream(Set.of());
        assertThatThrownBy(() -> metadata.stream(Set.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("2 streams");
        first.close();
        MetadataStream third = metadata.stream(Set.of());

        metadata.close();

        assertThat(third.ended()).isTrue();
    }

    @Test
    void isAsLiveAsItsWorstWatch() {
        begin();
        phase = Watch.Phase.RECONNECTING;

        assertThat(metadata.state().phase()).isEqualTo(Metadata.Phase.STALE);
    }

    /** Asks, and has every kind be read. */
    private void begin() {
        ask();
        List.copyOf(observers.keySet()).forEach(kind -> tell(kind, Watch.Phase.LIVE));
    }

    private void ask() {
        metadata.get(new Entry.Ref(Kind.NODE, "", "none"));
    }

    private void tell(String kind, Watch.Phase entered) {
        observers.get(kind).changed(new Watch.State(entered, Instant.EPOCH, ""));
    }

    private Watch watch(ObjectKind kind, List<String> paths, LightObserver observer) {
        observers.put(kind.kind(), observer);
        return new Watch() {
            @Override
            public State state() {
                return new State(phase, Instant.EPOCH, "");
            }

            @Override
            public void close() {
                observers.remove(kind.kind());
            }
        };
    }

    private void put(String kind, KubeObject object) {
        observers.get(kind).put(object);
    }

    private String nameAt(String address) throws UnknownHostException {
        return metadata.at(InetAddress.getByName(address)).map(Entry::name).orElse("");
    }

    private static List<String> drain(MetadataStream stream) {
        List<String> lines = new ArrayList<>();
        for (Change change = stream.poll(); change != null; change = stream.poll()) {
            if (change instanceof Change.Put put) {
                lines.add("+" + put.entry().name());
            } else if (change instanceof Change.Removed removed) {
                lines.add("-" + removed.ref().name());
            } else {
                lines.add(change instanceof Change.Begin ? "begin" : "complete");
            }
        }
        return lines;
    }

    private static KubeObject node(String name, String address) {
        return new KubeObject(
                Map.of(
                        "metadata",
                        Map.of("name", name, "uid", name),
                        "status",
                        Map.of(
                                "addresses",
                                List.of(
                                        Map.of("type", "InternalIP", "address", address),
                                        Map.of("type", "Hostname", "address", name)))));
    }

    private static KubeObject service(String name, String address) {
        return new KubeObject(
                Map.of(
                        "metadata",
                        Map.of("namespace", "shop", "name", name, "uid", name),
                        "spec",
                        Map.of("clusterIPs", List.of(address), "type", "ClusterIP")));
    }

    private static KubeObject pod(String name, String address, String phase) {
        return new KubeObject(
                Map.of(
                        "metadata",
                        Map.of(
                                "namespace",
                                "shop",
                                "name",
                                name,
                                "uid",
                                name,
                                "labels",
                                Map.of("app", "cart", "pod-template-hash", "5d9", "x", "y"),
                                "ownerReferences",
                                List.of(
                                        Map.of(
                                                "kind", "ReplicaSet",
                                                "name", "cart-5d9",
                                                "controller", true))),
                        "spec",
                        Map.of("nodeName", "n1"),
                        "status",
                        Map.of("phase", phase, "podIPs", List.of(Map.of("ip", address)))));
    }
}
