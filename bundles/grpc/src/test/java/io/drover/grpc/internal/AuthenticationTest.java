package io.drover.grpc.internal;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.api.security.Audience;
import io.drover.proto.v1.AgentGrpc;
import io.drover.proto.v1.ControlGrpc;
import io.drover.proto.v1.GetVersionRequest;
import io.drover.testing.FixedAgent;
import io.drover.testing.FixedGuard;
import io.drover.testing.ScriptedConnections;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthenticationTest {

    private static final Set<Status.Code> REFUSALS =
            Set.of(
                    Status.Code.UNAUTHENTICATED,
                    Status.Code.PERMISSION_DENIED,
                    Status.Code.UNIMPLEMENTED);

    @TempDir Path folder;

    private RunningServer running;

    @BeforeEach
    void start() {
        running = new RunningServer(folder);
        running.serve(new AgentService(FixedAgent::new, () -> {}));
        running.serve(new ScriptedConnections());
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void everyMethodOfEveryServiceAnswersEachCredentialAsItsAudienceSays() throws Exception {
        Map<String, Channel> credentials =
                Map.ofEntries(
                        entry("none", running.channel()),
                        entry("no scheme", running.withAuthorization(FixedGuard.LOCAL)),
                        entry(
                                "another scheme",
                                running.withAuthorization("Basic " + FixedGuard.LOCAL)),
                        entry("empty token", running.withAuthorization("Bearer ")),
                        entry("wrong token", running.withToken("f".repeat(64))),
                        entry("expired", running.withToken(FixedGuard.EXPIRED)),
                        entry(
                                "two values",
                                running.withAuthorization(
                                        "Bearer wrong", "Bearer " + FixedGuard.LOCAL)),
                        entry("too often", running.withToken(FixedGuard.TOO_OFTEN)),
                        entry("undecided", running.withToken(FixedGuard.UNDECIDED)),
                        entry("cluster", running.withToken(FixedGuard.CLUSTER)),
                        entry("scope read", running.withToken(FixedGuard.READ)),
                        entry("scope metrics", running.withToken(FixedGuard.METRICS)),
                        entry("scope grpc", running.withToken(FixedGuard.GRPC)),
                        entry("local", running.withToken(FixedGuard.LOCAL)),
                        entry("admin", running.withToken(FixedGuard.ADMIN)));
        List<String> wrong = new ArrayList<>();

        for (Map.Entry<String, Audience> method : Audiences.ours().entrySet()) {
            for (Map.Entry<String, Channel> credential : credentials.entrySet()) {
                Status.Code code = call(credential.getValue(), method.getKey());
                Status.Code refusal = refusal(method.getValue(), credential.getKey());
                boolean asDeclared = refusal == null ? !REFUSALS.contains(code) : code == refusal;
                if (!asDeclared) {
                    wrong.add(method + " with " + credential.getKey() + ": " + code);
                }
            }
        }

        assertThat(wrong).isEmpty();
    }

    /** Null for what is let through. */
    private static Status.Code refusal(Audience audience, String credential) {
        if (audience == Audience.PUBLIC) {
            return null;
        }
        return switch (credential) {
            case "local", "admin" -> null;
            case "cluster" -> audience == Audience.CLUSTER ? null : Status.Code.PERMISSION_DENIED;
            case "scope grpc" -> audience == Audience.ADMIN ? Status.Code.PERMISSION_DENIED : null;
            case "scope read", "scope metrics" -> Status.Code.PERMISSION_DENIED;
            case "too often" -> Status.Code.RESOURCE_EXHAUSTED;
            case "undecided" -> Status.Code.UNAVAILABLE;
            default -> Status.Code.UNAUTHENTICATED;
        };
    }

    @Test
    void everyMethodThatCanBeServedDeclaresAnAudience() {
        List<ServerServiceDefinition> services = new ArrayList<>();
        services.addAll(new ServiceRegistry().getServices());
        services.add(new HealthStatusManager().getHealthService().bindService());
        services.add(ProtoReflectionServiceV1.newInstance().bindService());
        services.add(ChannelzService.newInstance(1).bindService());

        assertThat(services)
                .hasSizeGreaterThanOrEqualTo(9)
                .flatExtracting(service -> service.getServiceDescriptor().getMethods())
                .extracting(MethodDescriptor::getFullMethodName)
                .allSatisfy(method -> assertThat(new Audiences().of(method)).isPresent());
    }

    @Test
    void aMethodWithoutAnAudienceIsRefusedWhateverTheToken() throws Exception {
        MethodDescriptor<InputStream, InputStream> undeclared =
                method("drover.test.Undeclared/Call");
        running.server.add(
                ServerServiceDefinition.builder("drover.test.Undeclared")
                        .addMethod(
                                undeclared,
                                (call, headers) -> {
                                    throw new AssertionError("must not be reached");
                                })
                        .build());

        assertThat(call(running.withToken(FixedGuard.ADMIN), undeclared.getFullMethodName()))
                .isEqualTo(Status.Code.PERMISSION_DENIED);
    }

    @Test
    void aServiceOfAnotherBundleSaysForWhomItsMethodsAreAndNothingAboutOurs() throws Exception {
        String audited = AgentGrpc.getGetVersionMethod().getFullMethodName();
        ServerServiceDefinition theirs =
                ServerServiceDefinition.builder("drover.test.Declared")
                        .addMethod(
                                method("drover.test.Declared/Open"),
                                (call, headers) -> closing(call))
                        .addMethod(
                                method("drover.test.Declared/Closed"),
                                (call, headers) -> closing(call))
                        .build();
        running.server.add(theirs, "Open=PUBLIC", "Closed=ADMIN");

        assertThat(call(running.channel(), "drover.test.Declared/Open")).isEqualTo(Status.Code.OK);
        assertThat(call(running.withToken(FixedGuard.CLUSTER), "drover.test.Declared/Closed"))
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(call(running.withToken(FixedGuard.ADMIN), "drover.test.Declared/Closed"))
                .isEqualTo(Status.Code.OK);
        running.server.add(new AgentService(FixedAgent::new, () -> {}).bindService(), "PUBLIC");
        assertThat(call(running.channel(), audited)).isEqualTo(Status.Code.UNAUTHENTICATED);
        running.server.add(theirs, "Open=EVERYBODY");
        assertThat(call(running.channel(), "drover.test.Declared/Closed"))
                .isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    private static <Q> ServerCall.Listener<Q> closing(ServerCall<Q, ?> call) {
        call.sendHeaders(new Metadata());
        call.close(Status.OK, new Metadata());
        return new ServerCall.Listener<>() {};
    }

    @Test
    void whatIsForAdminsIsWrittenToTheAuditAdmittedOrNot() throws Exception {
        String reload = ControlGrpc.getReloadMethod().getFullMethodName();

        call(running.channel(), reload);
        call(running.withToken(FixedGuard.CLUSTER), reload);
        call(running.withToken(FixedGuard.ADMIN), reload);
        call(running.local(), AgentGrpc.getGetVersionMethod().getFullMethodName());

        assertThat(running.audit.actions())
                .extracting(
                        action ->
                                action.caller()
                                        + " "
                                        + action.by()
                                        + " "
                                        + action.source()
                                        + " "
                                        + action.action()
                                        + " "
                                        + action.outcome())
                .containsExactly(
                        " grpc 127.0.0.1 drover.v1.Control/Reload UNAUTHENTICATED",
                        " grpc 127.0.0.1 drover.v1.Control/Reload PERMISSION_DENIED",
                        "admin grpc 127.0.0.1 drover.v1.Control/Reload UNAVAILABLE");
    }

    @Test
    void aRefusalTellsProgramsWhyAndWhenToComeBack() {
        assertThatThrownBy(
                        () ->
                                AgentGrpc.newBlockingStub(running.withToken(FixedGuard.TOO_OFTEN))
                                        .getVersion(GetVersionRequest.getDefaultInstance()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> {
                            Details details = Details.of(e);
                            assertThat(details.reason()).isEqualTo("TOO_MANY_FAILURES");
                            assertThat(details.retryAfter()).hasValue(Duration.ofSeconds(7));
                        });
    }

    @Test
    void withoutAServiceThatKnowsTokensNoTokenOpensAnythingAndHealthStaysOpen() throws Exception {
        running.server.forgetGuard(running.guard);

        assertThat(call(running.local(), AgentGrpc.getGetVersionMethod().getFullMethodName()))
                .isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(call(running.channel(), "grpc.health.v1.Health/Check"))
                .isEqualTo(Status.Code.OK);

        running.server.useGuard(running.guard);
        assertThat(
                        AgentGrpc.newBlockingStub(running.local())
                                .getVersion(GetVersionRequest.getDefaultInstance())
                                .getVersion())
                .isEqualTo("1.2.3");
    }

    @Test
    void theSuccessorOfATokenServiceIsNotForgottenWithItsPredecessor() throws Exception {
        running.server.useGuard(new FixedGuard());
        running.server.forgetGuard(running.guard);

        assertThat(call(running.local(), AgentGrpc.getGetVersionMethod().getFullMethodName()))
                .isEqualTo(Status.Code.OK);
    }

    /** Sends one empty message and reads at most one; ends what would not end by itself. */
    private static Status.Code call(Channel channel, String fullMethodName) throws Exception {
        CompletableFuture<Status> closed = new CompletableFuture<>();
        ClientCall<InputStream, InputStream> call =
                channel.newCall(
                        method(fullMethodName),
                        CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onHeaders(Metadata headers) {
                        // The call was let through: streams would go on for ever.
                        closed.complete(Status.OK);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        closed.complete(status);
                    }
                },
                new Metadata());
        call.request(1);
        call.sendMessage(new ByteArrayInputStream(new byte[0]));
        call.halfClose();
        try {
            return closed.get(30, TimeUnit.SECONDS).getCode();
        } finally {
            call.cancel("the test has seen enough", null);
        }
    }

    private static MethodDescriptor<InputStream, InputStream> method(String fullMethodName) {
        MethodDescriptor.Marshaller<InputStream> bytes =
                new MethodDescriptor.Marshaller<>() {
                    @Override
                    public InputStream stream(InputStream value) {
                        return value;
                    }

                    @Override
                    public InputStream parse(InputStream stream) {
                        return stream;
                    }
                };
        return MethodDescriptor.<InputStream, InputStream>newBuilder(bytes, bytes)
                .setFullMethodName(fullMethodName)
                .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                .build();
    }
}
