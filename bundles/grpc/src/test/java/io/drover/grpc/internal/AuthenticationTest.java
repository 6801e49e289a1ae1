package io.drover.grpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.security.Audience;
import io.drover.proto.v1.AgentGrpc;
import io.drover.proto.v1.GetVersionRequest;
import io.drover.testing.FixedAgent;
import io.drover.testing.FixedTokens;
import io.drover.testing.ScriptedConnections;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthenticationTest {

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
                Map.of(
                        "none", running.channel(),
                        "no scheme", running.withAuthorization(FixedTokens.LOCAL),
                        "another scheme", running.withAuthorization("Basic " + FixedTokens.LOCAL),
                        "empty token", running.withAuthorization("Bearer "),
                        "wrong token", running.withToken("f".repeat(64)),
                        "two values",
                                running.withAuthorization(
                                        "Bearer wrong", "Bearer " + FixedTokens.LOCAL),
                        "cluster", running.withToken(FixedTokens.CLUSTER),
                        "local", running.withToken(FixedTokens.LOCAL),
                        "admin", running.withToken(FixedTokens.ADMIN));
        List<String> wrong = new ArrayList<>();

        for (Map.Entry<String, Audience> method : Audiences.all().entrySet()) {
            for (Map.Entry<String, Channel> credential : credentials.entrySet()) {
                Status.Code code = call(credential.getValue(), method.getKey());
                Status.Code refusal = refusal(method.getValue(), credential.getKey());
                boolean asDeclared =
                        refusal == null
                                ? code != Status.Code.UNAUTHENTICATED
                                        && code != Status.Code.PERMISSION_DENIED
                                : code == refusal;
                if (!asDeclared) {
                    wrong.add(method + " with " + credential.getKey() + ": " + code);
                }
            }
        }

        assertThat(wrong).isEmpty();
    }

    /** Null for what is let through. */
    private static Status.Code refusal(Audience audience, String credential) {
        return switch (credential) {
            case "local", "admin" -> null;
            case "cluster" ->
                    audience == Audience.PUBLIC || audience == Audience.CLUSTER
                            ? null
                            : Status.Code.PERMISSION_DENIED;
            default -> audience == Audience.PUBLIC ? null : Status.Code.UNAUTHENTICATED;
        };
    }

    @Test
    void everyMethodThatCanBeServedDeclaresAnAudience() {
        List<ServerServiceDefinition> services = new ArrayList<>();
        services.addAll(new ServiceRegistry().getServices());
        services.add(new HealthStatusManager().getHealthService().bindService());
        services.add(ProtoReflectionServiceV1.newInstance().bindService());

        assertThat(services)
                .hasSizeGreaterThanOrEqualTo(4)
                .flatExtracting(service -> service.getServiceDescriptor().getMethods())
                .extracting(MethodDescriptor::getFullMethodName)
                .allSatisfy(method -> assertThat(Audiences.of(method)).isPresent());
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

        assertThat(call(running.withToken(FixedTokens.ADMIN), undeclared.getFullMethodName()))
                .isEqualTo(Status.Code.PERMISSION_DENIED);
    }

    @Test
    void withoutAServiceThatKnowsTokensNoTokenOpensAnythingAndHealthStaysOpen() throws Exception {
        running.server.forgetTokens(running.tokens);

        assertThat(call(running.local(), AgentGrpc.getGetVersionMethod().getFullMethodName()))
                .isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(call(running.channel(), "grpc.health.v1.Health/Check"))
                .isEqualTo(Status.Code.OK);

        running.server.useTokens(running.tokens);
        assertThat(
                        AgentGrpc.newBlockingStub(running.local())
                                .getVersion(GetVersionRequest.getDefaultInstance())
                                .getVersion())
                .isEqualTo("1.2.3");
    }

    @Test
    void theSuccessorOfATokenServiceIsNotForgottenWithItsPredecessor() throws Exception {
        running.server.useTokens(new FixedTokens());
        running.server.forgetTokens(running.tokens);

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
