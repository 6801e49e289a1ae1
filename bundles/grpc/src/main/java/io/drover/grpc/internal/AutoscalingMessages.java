package io.drover.grpc.internal;

import com.google.protobuf.Timestamp;
import io.drover.api.autoscaling.Autoscaler;
import io.drover.api.autoscaling.Decision;
import java.time.Instant;

/** Maps autoscalers and decisions to messages. Pure. */
final class AutoscalingMessages {

    private AutoscalingMessages() {}

    static io.drover.proto.v1.Autoscaler autoscaler(Autoscaler autoscaler) {
        io.drover.proto.v1.Autoscaler.Builder message =
                io.drover.proto.v1.Autoscaler.newBuilder()
                        .setNamespace(autoscaler.namespace())
                        .setName(autoscaler.name())
                        .setTarget(autoscaler.target())
                        .setGeneration(autoscaler.generation())
                        .setObservedGeneration(autoscaler.observedGeneration());
        autoscaler.currentReplicas().ifPresent(message::setCurrentReplicas);
        autoscaler.conditions().forEach(each -> message.addConditions(condition(each)));
        return message.build();
    }

    private static io.drover.proto.v1.Condition condition(Autoscaler.Condition condition) {
        io.drover.proto.v1.Condition.Builder message =
                io.drover.proto.v1.Condition.newBuilder()
                        .setType(condition.type())
                        .setStatus(condition.status())
                        .setReason(condition.reason())
                        .setMessage(condition.message());
        condition.lastTransition().ifPresent(at -> message.setLastTransition(timestamp(at)));
        return message.build();
    }

    static io.drover.proto.v1.Decision decision(Decision decision) {
        io.drover.proto.v1.Decision.Builder message =
                io.drover.proto.v1.Decision.newBuilder()
                        .setAt(timestamp(decision.at()))
                        .setNamespace(decision.namespace())
                        .setName(decision.name())
                        .setTarget(decision.target())
                        .setReason(decision.reason())
                        .setMessage(decision.message())
                        .setWritten(decision.written());
        decision.currentReplicas().ifPresent(message::setCurrentReplicas);
        decision.desiredReplicas().ifPresent(message::setDesiredReplicas);
        return message.build();
    }

    static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }
}
