package io.drover.grpc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.config.Finding;
import io.drover.api.config.Origin;
import io.drover.api.config.Reload;
import io.drover.api.flare.Flares;
import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Metadata;
import io.drover.proto.v1.AgentGrpc;
import io.drover.proto.v1.AutoscalingGrpc;
import io.drover.proto.v1.ConfigEvent;
import io.drover.proto.v1.ConfigGrpc;
import io.drover.proto.v1.ControlGrpc;
import io.drover.proto.v1.DecisionEvent;
import io.drover.proto.v1.ExplainAutoscalerRequest;
import io.drover.proto.v1.FindAddressRequest;
import io.drover.proto.v1.FlareChunk;
import io.drover.proto.v1.FlareRequest;
import io.drover.proto.v1.GetConfigRequest;
import io.drover.proto.v1.GetStartupRequest;
import io.drover.proto.v1.ListAutoscalersRequest;
import io.drover.proto.v1.MetadataEvent;
import io.drover.proto.v1.MetadataEvent.EventCase;
import io.drover.proto.v1.MetadataGrpc;
import io.drover.proto.v1.MetadataKind;
import io.drover.proto.v1.ReloadOutcome;
import io.drover.proto.v1.ReloadRequest;
import io.drover.proto.v1.ResumePoint;
import io.drover.proto.v1.SetLogLevelRequest;
import io.drover.proto.v1.SetLogLevelResponse;
import io.drover.proto.v1.WatchConfigRequest;
import io.drover.proto.v1.WatchDecisionsRequest;
import io.drover.proto.v1.WatchMetadataRequest;
import io.drover.testing.FixedAgent;
import io.drover.testing.FixedGuard;
import io.drover.testing.ScriptedAutoscalers;
import io.drover.testing.ScriptedMetadata;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the services say, over a real connection. */
class ServicesTest {

    @TempDir Path folder;

    private RunningServer running;

    @BeforeEach
    void start() {
        running = new RunningServer(folder);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    // ---- Agent

    @Test
    void theStartIsToldWithTheHistoryOfEachStep() {
        running.serve(new AgentService(FixedAgent::new, () -> {}));

        var startup =
                AgentGrpc.newBlockingStub(running.local())
                        .getStartup(GetStartupRequest.getDefaultInstance());

        assertThat(startup.getSubsystems(0).getSteps(0).getHistoryList()).isNotEmpty();
        assertThat(startup.getBeganAt().getSeconds()).isEqualTo(FixedAgent.SINCE.getEpochSecond());
    }

    // ---- Config

    private final FixedConfiguration configuration = new FixedConfiguration();

    private ConfigService serveConfig(Map<String, Object> values) {
        ConfigService service = new ConfigService(configuration, RunningServer.settings(values));
        running.serve((BindableService) service);
        return service;
    }

    private Received<WatchConfigRequest, ConfigEvent> watchConfig(ResumePoint resume) {
        Received<WatchConfigRequest, ConfigEvent> received = Received.eagerly();
        ConfigGrpc.newStub(running.local())
                .watchConfig(WatchConfigRequest.newBuilder().setResume(resume).build(), received);
        return received;
    }

    @Test
    void theConfigurationIsToldWholeThenEachChangeByItsNumber() {
        ConfigService service = serveConfig(Map.of("config_poll_ms", 50L));
        try {
            Received<WatchConfigRequest, ConfigEvent> received =
                    watchConfig(ResumePoint.getDefaultInstance());
            received.awaitMessages(1);
            configuration.set("core", "drain_ms", 200L);
            received.awaitMessages(2);
            configuration.remove("core", "drain_ms");
            received.awaitMessages(3);

            assertThat(received.messages())
                    .extracting(ConfigEvent::getSequence)
                    .containsExactly(1L, 2L, 3L);
            assertThat(received.messages().get(0).getSnapshot().getSettingsList())
                    .anySatisfy(
                            each -> {
                                assertThat(each.getKey()).isEqualTo("api_key");
                                assertThat(each.getValuesList()).containsExactly("[redacted]");
                            })
                    .anySatisfy(
                            each ->
                                    assertThat(each.getValuesList())
                                            .containsExactly("127.0.0.1", "::1"));
            var change = received.messages().get(1).getChange();
            assertThat(change.getSet(0).getKey()).isEqualTo("drain_ms");
            assertThat(change.getSet(0).getOrigin()).isEqualTo("etc/drover.yaml:3:5");
            assertThat(received.messages().get(2).getChange().getRemovedList())
                    .containsExactly("core.drain_ms");
        } finally {
            service.stop();
        }
    }

    @Test
    void aWatchOfTheConfigurationGoesOnWhereItEndedAndBeginsAnewWhereItCannot() {
        ConfigService service =
                serveConfig(Map.of("config_poll_ms", 50L, "config_changes_kept", 2));
        try {
            Received<WatchConfigRequest, ConfigEvent> first =
                    watchConfig(ResumePoint.getDefaultInstance());
            first.awaitMessages(1);
            long epoch = first.messages().get(0).getEpoch();
            for (int i = 2; i <= 5; i++) {
                configuration.set("core", "drain_ms", (long) i);
                first.awaitMessages(i);
            }

            Received<WatchConfigRequest, ConfigEvent> near =
                    watchConfig(ResumePoint.newBuilder().setEpoch(epoch).setPosition(3).build());
            near.awaitMessages(2);
            Received<WatchConfigRequest, ConfigEvent> far =
                    watchConfig(ResumePoint.newBuilder().setEpoch(epoch).setPosition(1).build());
            far.awaitMessages(1);
            Received<WatchConfigRequest, ConfigEvent> other =
                    watchConfig(
                            ResumePoint.newBuilder().setEpoch(epoch + 1).setPosition(5).build());
            other.awaitMessages(1);

            assertThat(near.messages())
                    .extracting(ConfigEvent::getSequence)
                    .containsExactly(4L, 5L);
            assertThat(near.messages()).allSatisfy(each -> assertThat(each.hasChange()).isTrue());
            assertThat(far.messages().get(0).hasSnapshot()).isTrue();
            assertThat(far.messages().get(0).getSequence()).isEqualTo(5);
            assertThat(other.messages().get(0).hasSnapshot()).isTrue();
        } finally {
            service.stop();
        }
    }

    @Test
    void whatIsWrongWithTheSourcesIsToldWithTheWhole() {
        ConfigService service = serveConfig(Map.of("config_poll_ms", 50L));
        try {
            Received<WatchConfigRequest, ConfigEvent> received =
                    watchConfig(ResumePoint.getDefaultInstance());
            received.awaitMessages(1);
            configuration.find(new Finding("etc/drover.yaml:1:1", "core.x", "is unknown", ""));
            received.awaitMessages(2);

            assertThat(received.messages().get(1).getSnapshot().getFindingsList())
                    .containsExactly("etc/drover.yaml:1:1: core.x is unknown");
        } finally {
            service.stop();
        }
    }

    @Test
    void oneSectionIsGivenAndOneThatIsNotThereIsNotFound() {
        ConfigService service = serveConfig(Map.of());
        var stub = ConfigGrpc.newBlockingStub(running.local());

        assertThat(
                        stub.getConfig(GetConfigRequest.newBuilder().setSection("core").build())
                                .getSnapshot()
                                .getSettingsList())
                .hasSize(2);
        assertThatThrownBy(
                        () -> stub.getConfig(GetConfigRequest.newBuilder().setSection("x").build()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND));
        service.stop();
    }

    @Test
    void aServiceThatGoesEndsItsWatchesWithThePointToGoOnFrom() {
        ConfigService service = serveConfig(Map.of());
        Received<WatchConfigRequest, ConfigEvent> received =
                watchConfig(ResumePoint.getDefaultInstance());
        received.awaitMessages(1);

        service.stop();

        assertThat(received.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(Details.of(received.failure()).point())
                .hasValueSatisfying(
                        point -> {
                            assertThat(point.getPosition()).isEqualTo(1);
                            assertThat(point.getEpoch())
                                    .isEqualTo(received.messages().get(0).getEpoch());
                        });
    }

    // ---- Control

    @Test
    void aReloadTellsWhatCameOfItAndIsAudited() {
        configuration.reloadGives(
                new Reload(
                        Reload.Outcome.REFUSED,
                        List.of(),
                        List.of(new Finding("etc/drover.yaml:3:5", "core.x", "is unknown", ""))));
        ControlService service = new ControlService(configuration, configuration, () -> null);
        running.serve(service);

        var response =
                ControlGrpc.newBlockingStub(running.withToken(FixedGuard.ADMIN))
                        .reload(ReloadRequest.getDefaultInstance());

        assertThat(response.getOutcome()).isEqualTo(ReloadOutcome.RELOAD_OUTCOME_REFUSED);
        assertThat(response.getFindingsList())
                .containsExactly("etc/drover.yaml:3:5: core.x is unknown");
        assertThat(running.audit.actions())
                .singleElement()
                .satisfies(action -> assertThat(action.outcome()).isEqualTo("OK"));
        configuration.reloadGives(
                new Reload(
                        Reload.Outcome.APPLIED,
                        List.of(new Reload.Change("core", "drain_ms", 1L, 2L, Origin.DEFAULT)),
                        List.of()));
        assertThat(
                        ControlGrpc.newBlockingStub(running.withToken(FixedGuard.ADMIN))
                                .reload(ReloadRequest.getDefaultInstance())
                                .getChangedList())
                .containsExactly("core.drain_ms");
        service.stop();
    }

    @Test
    void aSupportBundleComesInPartsWithItsNameAndItsHash() throws Exception {
        byte[] file = new byte[200_000];
        new Random(1).nextBytes(file);
        ControlService service =
                new ControlService(
                        configuration,
                        configuration,
                        () ->
                                new Flares() {
                                    @Override
                                    public String fileName() {
                                        return "host-a.zip";
                                    }

                                    @Override
                                    public Contents write(OutputStream out) throws IOException {
                                        out.write(file, 0, 70_000);
                                        out.write(file[70_000]);
                                        out.write(file, 70_001, file.length - 70_001);
                                        return new Contents(1, file.length, 0, List.of());
                                    }
                                });
        running.serve(service);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        List<FlareChunk> chunks = new ArrayList<>();
        ControlGrpc.newBlockingStub(running.withToken(FixedGuard.ADMIN))
                .flare(FlareRequest.getDefaultInstance())
                .forEachRemaining(chunks::add);
        for (FlareChunk chunk : chunks) {
            chunk.getData().writeTo(received);
        }

        assertThat(received.toByteArray()).isEqualTo(file);
        assertThat(chunks.get(0).getName()).isEqualTo("host-a.zip");
        assertThat(chunks.get(1).getName()).isEmpty();
        assertThat(chunks.get(chunks.size() - 1).getSha256())
                .isEqualTo(
                        HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(file)));
        service.stop();
    }

    @Test
    void aLogLevelIsTheKeyOfItsSubsystemSetForATime() {
        ControlService service = new ControlService(configuration, configuration, () -> null);
        running.serve(service);
        ControlGrpc.ControlBlockingStub client =
                ControlGrpc.newBlockingStub(running.withToken(FixedGuard.ADMIN));
        Instant before = Instant.now();

        SetLogLevelResponse set =
                client.setLogLevel(
                        SetLogLevelRequest.newBuilder()
                                .setSubsystem("conntrack")
                                .setLevel("DEBUG")
                                .setDuration(
                                        com.google.protobuf.Duration.newBuilder().setSeconds(600))
                                .build());
        client.setLogLevel(SetLogLevelRequest.newBuilder().setSubsystem("conntrack").build());

        assertThat(set.getLevel()).isEqualTo("DEBUG");
        assertThat(set.getUntil().getSeconds())
                .isBetween(before.getEpochSecond() + 600, Instant.now().getEpochSecond() + 600);
        assertThat(configuration.changes())
                .containsExactly(
                        "conntrack.log_level=debug for PT10M", "conntrack.log_level unset");
        service.stop();
    }

    @Test
    void aLogLevelThatCannotBeIsRefusedWithItsField() {
        ControlService service = new ControlService(configuration, configuration, () -> null);
        running.serve(service);
        ControlGrpc.ControlBlockingStub client =
                ControlGrpc.newBlockingStub(running.withToken(FixedGuard.ADMIN));
        SetLogLevelRequest.Builder request =
                SetLogLevelRequest.newBuilder().setSubsystem("conntrack");

        assertThatThrownBy(() -> client.setLogLevel(request.clone().setLevel("loud").build()))
                .hasMessageContaining("INVALID_ARGUMENT: level must be ERROR");
        assertThatThrownBy(() -> client.setLogLevel(request.clone().setSubsystem("a.b").build()))
                .hasMessageContaining("INVALID_ARGUMENT: subsystem must be the word");
        assertThatThrownBy(
                        () ->
                                client.setLogLevel(
                                        request.clone()
                                                .setLevel("debug")
                                                .setDuration(
                                                        com.google.protobuf.Duration.newBuilder()
                                                                .setSeconds(-1))
                                                .build()))
                .hasMessageContaining("INVALID_ARGUMENT: duration must be from 1 s");
        configuration.reloadGives(
                new Reload(
                        Reload.Outcome.REFUSED,
                        List.of(),
                        List.of(
                                new Finding(
                                        "run time", "conntrack.log_level", "is not a key", ""))));
        assertThatThrownBy(() -> client.setLogLevel(request.clone().setLevel("debug").build()))
                .hasMessageContaining("INVALID_ARGUMENT: subsystem is refused: run time: conn");
        service.stop();
    }

    @Test
    void withoutAMakerOfSupportBundlesItSaysThatHeIsAway() {
        ControlService service = new ControlService(configuration, configuration, () -> null);
        running.serve(service);

        assertThatThrownBy(
                        () ->
                                ControlGrpc.newBlockingStub(running.withToken(FixedGuard.ADMIN))
                                        .flare(FlareRequest.getDefaultInstance())
                                        .next())
                .hasMessageContaining("UNAVAILABLE");
        service.stop();
    }

    // ---- Autoscaling

    private final ScriptedAutoscalers scalers = new ScriptedAutoscalers(4);

    private AutoscalingService serveAutoscaling() {
        scalers.add(ScriptedAutoscalers.autoscaler("shop", "web", 3));
        scalers.add(ScriptedAutoscalers.autoscaler("bank", "db", 1));
        AutoscalingService service = new AutoscalingService(scalers);
        running.serve(service);
        return service;
    }

    @Test
    void autoscalersAreListedByNamespaceAndExplained() {
        AutoscalingService service = serveAutoscaling();
        scalers.decide("shop", "web", 3, 5);
        var stub = AutoscalingGrpc.newBlockingStub(running.local());

        var all = stub.listAutoscalers(ListAutoscalersRequest.getDefaultInstance());
        var explained =
                stub.explainAutoscaler(
                        ExplainAutoscalerRequest.newBuilder()
                                .setNamespace("shop")
                                .setName("web")
                                .build());

        assertThat(all.getLeading()).isTrue();
        assertThat(all.getAutoscalersList())
                .extracting(each -> each.getNamespace() + "/" + each.getName())
                .containsExactly("bank/db", "shop/web");
        assertThat(
                        stub.listAutoscalers(
                                        ListAutoscalersRequest.newBuilder()
                                                .setNamespace("shop")
                                                .build())
                                .getAutoscalersList())
                .hasSize(1);
        assertThat(explained.getDecision().getDesiredReplicas()).isEqualTo(5);
        assertThat(explained.getSentencesList()).containsExactly("the target is there");
        assertThat(explained.getSteps(0).getRule()).isEqualTo("minimum");
        assertThatThrownBy(
                        () ->
                                stub.explainAutoscaler(
                                        ExplainAutoscalerRequest.newBuilder()
                                                .setNamespace("shop")
                                                .setName("no")
                                                .build()))
                .hasMessageContaining("NOT_FOUND");
        service.stop();
    }

    private Received<WatchDecisionsRequest, DecisionEvent> decisions(ResumePoint resume) {
        Received<WatchDecisionsRequest, DecisionEvent> received = Received.eagerly();
        WatchDecisionsRequest.Builder request = WatchDecisionsRequest.newBuilder();
        if (resume != null) {
            request.setResume(resume);
        }
        AutoscalingGrpc.newStub(running.local()).watchDecisions(request.build(), received);
        received.awaitMessages(1);
        return received;
    }

    @Test
    void decisionsComeInOrderAndGoOnWhereAStreamEnded() {
        AutoscalingService service = serveAutoscaling();
        Received<WatchDecisionsRequest, DecisionEvent> received = decisions(null);
        scalers.decide("shop", "web", 1, 2);
        scalers.decide("shop", "web", 2, 3);
        received.awaitMessages(3);
        service.stop();
        assertThat(received.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        ResumePoint point = Details.of(received.failure()).point().orElseThrow();
        scalers.decide("shop", "web", 3, 4);

        AutoscalingService next = new AutoscalingService(scalers);
        running.serve(next);
        Received<WatchDecisionsRequest, DecisionEvent> resumed = decisions(point);
        resumed.awaitMessages(2);

        assertThat(resumed.messages().get(1).getDecision().getDesiredReplicas()).isEqualTo(4);
        assertThat(resumed.messages().get(1).getMissed()).isZero();
        assertThat(resumed.messages().get(1).getSequence()).isEqualTo(5);
        next.stop();
    }

    @Test
    void whatIsNotKeptAnyMoreIsCountedInItsPlace() {
        AutoscalingService service = serveAutoscaling();
        for (int i = 0; i < 10; i++) {
            scalers.decide("shop", "web", i, i + 1);
        }

        Received<WatchDecisionsRequest, DecisionEvent> received =
                decisions(ResumePoint.newBuilder().setEpoch(7).setPosition(2).build());
        received.awaitMessages(5);

        assertThat(received.messages().get(1).getMissed()).isEqualTo(4);
        assertThat(received.messages().get(1).getDecision().getDesiredReplicas()).isEqualTo(7);
        service.stop();
    }

    @Test
    void aFollowerNamesTheLeader() {
        AutoscalingService service = serveAutoscaling();
        scalers.follow("replica-b");

        assertThatThrownBy(
                        () ->
                                AutoscalingGrpc.newBlockingStub(running.local())
                                        .watchDecisions(WatchDecisionsRequest.getDefaultInstance())
                                        .next())
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> {
                            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                            assertThat(e.getStatus().getDescription()).contains("replica-b");
                            assertThat(Details.of(e).reason()).isEqualTo("NOT_LEADER");
                        });
        service.stop();
    }

    // ---- Metadata

    private final ScriptedMetadata metadata = new ScriptedMetadata();

    private static Entry.Pod pod(String name, String address) throws Exception {
        return new Entry.Pod(
                "shop",
                name,
                "uid-" + name,
                "node-a",
                false,
                List.of(InetAddress.getByName(address)),
                "Running",
                true,
                "ReplicaSet",
                "web-1",
                "Deployment",
                "web",
                Map.of("app", "web"));
    }

    @Test
    void theClustersNamesComeAsASnapshotThenAsChanges() throws Exception {
        MetadataService service = new MetadataService(metadata);
        running.serve(service);
        metadata.put(pod("web-1", "10.0.0.1"));
        metadata.enter(Metadata.Phase.LIVE);
        Received<WatchMetadataRequest, MetadataEvent> received = Received.eagerly();
        MetadataGrpc.newStub(running.withToken(FixedGuard.CLUSTER))
                .watchMetadata(WatchMetadataRequest.getDefaultInstance(), received);
        received.awaitMessages(3);
        metadata.put(pod("web-2", "10.0.0.2"));
        metadata.remove(pod("web-1", "10.0.0.1").ref());
        received.awaitMessages(5);

        assertThat(received.messages())
                .extracting(MetadataEvent::getEventCase)
                .containsExactly(
                        EventCase.BEGIN,
                        EventCase.PUT,
                        EventCase.COMPLETE,
                        EventCase.PUT,
                        EventCase.REMOVED);
        assertThat(received.messages())
                .extracting(MetadataEvent::getSequence)
                .containsExactly(1L, 2L, 3L, 4L, 5L);
        var first = received.messages().get(1).getPut();
        assertThat(first.getPod().getAddressesList()).containsExactly("10.0.0.1");
        assertThat(first.getPod().getWorkloadKind()).isEqualTo("Deployment");
        assertThat(first.getLabelsMap()).containsEntry("app", "web");
        received.cancel();
        service.stop();
    }

    @Test
    void anAddressIsFoundOrNotOrNotKnownYet() throws Exception {
        MetadataService service = new MetadataService(metadata);
        running.serve(service);
        var stub = MetadataGrpc.newBlockingStub(running.withToken(FixedGuard.CLUSTER));
        FindAddressRequest nobody = FindAddressRequest.newBuilder().setAddress("10.9.9.9").build();
        metadata.enter(Metadata.Phase.LOADING);
        assertThatThrownBy(() -> stub.findAddress(nobody)).hasMessageContaining("UNAVAILABLE");

        metadata.put(pod("web-1", "10.0.0.1"));
        metadata.enter(Metadata.Phase.LIVE);

        assertThat(
                        stub.findAddress(
                                        FindAddressRequest.newBuilder()
                                                .setAddress("10.0.0.1")
                                                .build())
                                .getEntry()
                                .getName())
                .isEqualTo("web-1");
        assertThatThrownBy(() -> stub.findAddress(nobody)).hasMessageContaining("NOT_FOUND");
        assertThatThrownBy(
                        () ->
                                stub.findAddress(
                                        FindAddressRequest.newBuilder().setAddress("web").build()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(Details.of(e).badFields()).containsExactly("address"));
        service.stop();
    }

    @Test
    void aKindThatIsNoneIsRefused() {
        MetadataService service = new MetadataService(metadata);
        running.serve(service);
        Received<WatchMetadataRequest, MetadataEvent> received = Received.eagerly();
        MetadataGrpc.newStub(running.withToken(FixedGuard.CLUSTER))
                .watchMetadata(
                        WatchMetadataRequest.newBuilder()
                                .addKinds(MetadataKind.METADATA_KIND_UNSPECIFIED)
                                .build(),
                        received);

        assertThat(received.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(Details.of(received.failure()).badFields()).containsExactly("kinds");
        service.stop();
    }
}
