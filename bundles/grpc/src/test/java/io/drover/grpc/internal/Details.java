package io.drover.grpc.internal;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.drover.proto.v1.ResumePoint;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a client reads beside a status. */
record Details(com.google.rpc.Status status) {

    static Details of(Throwable failure) {
        Metadata trailers = Status.trailersFromThrowable(failure);
        com.google.rpc.Status status = trailers == null ? null : trailers.get(Verdict.DETAILS);
        if (status == null) {
            throw new AssertionError("no details in " + failure, failure);
        }
        return new Details(status);
    }

    String reason() {
        return detail(ErrorInfo.class).map(ErrorInfo::getReason).orElse("");
    }

    Optional<Duration> retryAfter() {
        return detail(RetryInfo.class)
                .map(RetryInfo::getRetryDelay)
                .map(delay -> Duration.ofSeconds(delay.getSeconds(), delay.getNanos()));
    }

    Optional<ResumePoint> point() {
        return detail(ResumePoint.class);
    }

    List<String> badFields() {
        return detail(BadRequest.class)
                .map(
                        bad ->
                                bad.getFieldViolationsList().stream()
                                        .map(BadRequest.FieldViolation::getField)
                                        .toList())
                .orElse(List.of());
    }

    private <T extends com.google.protobuf.Message> Optional<T> detail(Class<T> type) {
        for (Any any : status.getDetailsList()) {
            if (any.is(type)) {
                try {
                    return Optional.of(any.unpack(type));
                } catch (InvalidProtocolBufferException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return Optional.empty();
    }
}
