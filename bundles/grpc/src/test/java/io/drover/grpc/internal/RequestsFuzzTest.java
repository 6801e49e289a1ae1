package io.drover.grpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.Descriptors;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.drover.api.conntrack.Resolution;
import io.drover.proto.v1.ExplainAutoscalerRequest;
import io.drover.proto.v1.FindAddressRequest;
import io.drover.proto.v1.FlareRequest;
import io.drover.proto.v1.GetConfigRequest;
import io.drover.proto.v1.GetStartupRequest;
import io.drover.proto.v1.GetStatusRequest;
import io.drover.proto.v1.GetVersionRequest;
import io.drover.proto.v1.ListAutoscalersRequest;
import io.drover.proto.v1.ListConnectionsRequest;
import io.drover.proto.v1.ReloadRequest;
import io.drover.proto.v1.ResolveNatRequest;
import io.drover.proto.v1.SetLogLevelRequest;
import io.drover.proto.v1.SetLogLevelResponse;
import io.drover.proto.v1.WatchConfigRequest;
import io.drover.proto.v1.WatchConnectionsRequest;
import io.drover.proto.v1.WatchDecisionsRequest;
import io.drover.proto.v1.WatchMetadataRequest;
import io.drover.testing.FixedAgent;
import io.drover.testing.ScriptedAutoscalers;
import io.drover.testing.ScriptedConnections;
import io.drover.testing.ScriptedMetadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.stub.StreamObserver;
import java.lang.reflect.Method;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/**
 * Whatever bytes come as a request: it cannot be read, or it is answered, or it is refused with a
 * status that is the client's or the service's fault, never ours.
 */
class RequestsFuzzTest {

    private static final Set<Status.Code> EXPECTED =
            EnumSet.of(
                    Status.Code.OK,
                    Status.Code.INVALID_ARGUMENT,
                    Status.Code.NOT_FOUND,
                    Status.Code.UNAVAILABLE,
                    Status.Code.RESOURCE_EXHAUSTED);

    private static final ConnectionsService CONNECTIONS =
            new ConnectionsService(
                    filled(),
                    (protocol, tuple, zone, namespace) -> new Resolution.Unknown("not here"),
                    RunningServer.settings(Map.of()));
    private static final ScriptedAutoscalers SCALERS = scalers();
    private static final AutoscalingService AUTOSCALING = new AutoscalingService(SCALERS);
    private static final MetadataService METADATA = new MetadataService(new ScriptedMetadata());
    private static final ConfigService CONFIG =
            new ConfigService(new FixedConfiguration(), RunningServer.settings(Map.of()));

    private static final AgentService AGENT = new AgentService(FixedAgent::new, () -> {});

    private static ScriptedConnections filled() {
        ScriptedConnections table = new ScriptedConnections();
        for (int i = 1; i < 8; i++) {
            table.open(ScriptedConnections.plain("10.0.0.1", i, "10.0.0.2", 80));
        }
        return table;
    }

    private static ScriptedAutoscalers scalers() {
        ScriptedAutoscalers scalers = new ScriptedAutoscalers(4);
        scalers.add(ScriptedAutoscalers.autoscaler("ns", "web", 3));
        for (int i = 0; i < 9; i++) {
            scalers.decide("ns", "web", i, i + 1);
        }
        return scalers;
    }

    private static <Q extends Message, A> void answer(
            byte[] bytes, Parser<Q> parser, BiConsumer<Q, StreamObserver<A>> method) {
        Q request;
        try {
            request = parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            return;
        }
        Observed<A> client = new Observed<>(16);
        method.accept(request, client);
        Status status = client.status();
        client.cancel();
        assertThat(status.getCode()).isIn(EXPECTED);
        if (!status.isOk()) {
            assertThat(Details.of(client.failure()).reason()).isNotEmpty();
            assertThat(status.getDescription()).isNotBlank().hasSizeLessThan(1024);
        }
    }

    /** Every request that has a field has a target of its own name, here or not at all. */
    @Test
    void everyRequestWithFieldsIsAmongTheTargets() {
        Set<String> targets = new TreeSet<>();
        for (Method method : RequestsFuzzTest.class.getDeclaredMethods()) {
            if (method.isAnnotationPresent(FuzzTest.class)) {
                targets.add(method.getName());
            }
        }
        List<MethodDescriptor<?, ?>> served =
                new ServiceRegistry()
                        .getServices().stream()
                                .flatMap(each -> each.getServiceDescriptor().getMethods().stream())
                                .filter(each -> each.getFullMethodName().startsWith("drover.v1."))
                                .<MethodDescriptor<?, ?>>map(each -> each)
                                .toList();

        assertThat(served).hasSizeGreaterThanOrEqualTo(16);
        assertThat(served)
                .filteredOn(each -> !input(each).getFields().isEmpty())
                .extracting(RequestsFuzzTest::target)
                .isSubsetOf(targets);
    }

    private static Descriptors.Descriptor input(MethodDescriptor<?, ?> method) {
        return ((ProtoMethodDescriptorSupplier) method.getSchemaDescriptor())
                .getMethodDescriptor()
                .getInputType();
    }

    private static String target(MethodDescriptor<?, ?> method) {
        String name = method.getBareMethodName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    @FuzzTest(maxDuration = "10m")
    void listConnections(byte[] bytes) {
        answer(bytes, ListConnectionsRequest.parser(), CONNECTIONS::listConnections);
    }

    @FuzzTest(maxDuration = "10m")
    void watchConnections(byte[] bytes) {
        answer(bytes, WatchConnectionsRequest.parser(), CONNECTIONS::watchConnections);
    }

    @FuzzTest(maxDuration = "10m")
    void resolveNat(byte[] bytes) {
        answer(bytes, ResolveNatRequest.parser(), CONNECTIONS::resolveNat);
    }

    @FuzzTest(maxDuration = "10m")
    void listAutoscalers(byte[] bytes) {
        answer(bytes, ListAutoscalersRequest.parser(), AUTOSCALING::listAutoscalers);
    }

    @FuzzTest(maxDuration = "10m")
    void explainAutoscaler(byte[] bytes) {
        answer(bytes, ExplainAutoscalerRequest.parser(), AUTOSCALING::explainAutoscaler);
    }

    @FuzzTest(maxDuration = "10m")
    void watchDecisions(byte[] bytes) {
        answer(bytes, WatchDecisionsRequest.parser(), AUTOSCALING::watchDecisions);
    }

    @FuzzTest(maxDuration = "10m")
    void watchMetadata(byte[] bytes) {
        answer(bytes, WatchMetadataRequest.parser(), METADATA::watchMetadata);
    }

    @FuzzTest(maxDuration = "10m")
    void findAddress(byte[] bytes) {
        answer(bytes, FindAddressRequest.parser(), METADATA::findAddress);
    }

    @FuzzTest(maxDuration = "10m")
    void getConfig(byte[] bytes) {
        answer(bytes, GetConfigRequest.parser(), CONFIG::getConfig);
    }

    @FuzzTest(maxDuration = "10m")
    void watchConfig(byte[] bytes) {
        answer(bytes, WatchConfigRequest.parser(), CONFIG::watchConfig);
    }

    @FuzzTest(maxDuration = "10m")
    void setLogLevel(byte[] bytes) {
        answer(bytes, SetLogLevelRequest.parser(), RequestsFuzzTest::set);
    }

    /** As the service does, without its thread. */
    private static void set(
            SetLogLevelRequest request, StreamObserver<SetLogLevelResponse> client) {
        try {
            client.onNext(
                    LogLevel.of(request)
                            .apply(
                                    new FixedConfiguration(),
                                    Clock.systemUTC(),
                                    Duration.ofSeconds(1)));
            client.onCompleted();
        } catch (InvalidFieldException e) {
            client.onError(e.verdict().exception());
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Fields that nobody knows are all that these can hold. */
    @FuzzTest(maxDuration = "10m")
    void requestsWithoutFields(byte[] bytes) {
        answer(bytes, GetVersionRequest.parser(), AGENT::getVersion);
        answer(bytes, GetStatusRequest.parser(), AGENT::getStatus);
        answer(bytes, GetStartupRequest.parser(), AGENT::getStartup);
        answer(bytes, ReloadRequest.parser(), (request, client) -> client.onCompleted());
        answer(bytes, FlareRequest.parser(), (request, client) -> client.onCompleted());
    }
}
