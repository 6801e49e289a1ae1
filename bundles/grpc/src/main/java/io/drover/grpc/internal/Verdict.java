package io.drover.grpc.internal;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a call ends: a status in words, and what programs read beside it (google.rpc.ErrorInfo and
 * others, in the trailer grpc-status-details-bin). Immutable.
 *
 * @param status the status with its sentence
 * @param reason one word; null for OK
 * @param facts the ErrorInfo's metadata
 * @param details beside the ErrorInfo
 */
record Verdict(Status status, Reason reason, Map<String, String> facts, List<Message> details) {

    /** Whose reasons these are. */
    static final String DOMAIN = "drover.io";

    static final Metadata.Key<com.google.rpc.Status> DETAILS =
            Metadata.Key.of(
                    "grpc-status-details-bin",
                    ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

    static final Verdict OK = new Verdict(Status.OK, null, Map.of(), List.of());

    /** The words that programs read, and by which refusals are counted. */
    enum Reason {
        TOKEN_INVALID,
        AUDIENCE_MISSING,
        AUDIENCE_UNDECLARED,
        TOO_MANY_FAILURES,
        FIELD_INVALID,
        REQUEST_UNREADABLE,
        NOT_FOUND,
        SERVICE_AWAY,
        SERVER_STOPPING,
        NOT_LEADER,
        TOO_MANY_CALLS,
        TOO_MANY_READERS,
        READER_STALLED,
        TIME_OVER,
        CANCELLED,
        INTERNAL
    }

    Verdict {
        facts = Map.copyOf(facts);
        details = List.copyOf(details);
    }

    static Verdict of(Status.Code code, Reason reason, String sentence) {
        return new Verdict(code.toStatus().withDescription(sentence), reason, Map.of(), List.of());
    }

    /** The service is not there, or not able to; the same call may succeed in a moment. */
    static Verdict away(Reason reason, String sentence) {
        return of(Status.Code.UNAVAILABLE, reason, sentence).after(Duration.ofMillis(200));
    }

    /** Something has a bound that is reached. */
    static Verdict exhausted(Reason reason, String sentence) {
        return of(Status.Code.RESOURCE_EXHAUSTED, reason, sentence).after(Duration.ofSeconds(1));
    }

    /**
     * A field of the request cannot be used.
     *
     * @param field as in the proto file: {@code filter.port}
     * @param rule what must hold and what is there instead: {@code must be from 0 to 65535, is -1}
     */
    static Verdict invalid(String field, String rule) {
        return of(Status.Code.INVALID_ARGUMENT, Reason.FIELD_INVALID, field + " " + rule)
                .with(
                        BadRequest.newBuilder()
                                .addFieldViolations(
                                        BadRequest.FieldViolation.newBuilder()
                                                .setField(field)
                                                .setDescription(rule))
                                .build());
    }

    boolean isOk() {
        return status.isOk();
    }

    /** This, with word of when to try again. */
    Verdict after(Duration wait) {
        return with(
                RetryInfo.newBuilder()
                        .setRetryDelay(
                                com.google.protobuf.Duration.newBuilder()
                                        .setSeconds(wait.getSeconds())
                                        .setNanos(wait.getNano()))
                        .build());
    }

    /** This, with one detail more. */
    Verdict with(Message detail) {
        List<Message> more = new ArrayList<>(details);
        more.add(detail);
        return new Verdict(status, reason, facts, more);
    }

    /** This, with a fact for programs. */
    Verdict with(String key, String value) {
        Map<String, String> more = new HashMap<>(facts);
        more.put(key, value);
        return new Verdict(status, reason, more, details);
    }

    /** The trailers that carry the details. */
    Metadata trailers() {
        Metadata trailers = new Metadata();
        if (!isOk()) {
            com.google.rpc.Status.Builder all =
                    com.google.rpc.Status.newBuilder()
                            .setCode(status.getCode().value())
                            .setMessage(String.valueOf(status.getDescription()))
                            .addDetails(
                                    Any.pack(
                                            ErrorInfo.newBuilder()
                                                    .setDomain(DOMAIN)
                                                    .setReason(reason.name())
                                                    .putAllMetadata(facts)
                                                    .build()));
            details.forEach(detail -> all.addDetails(Any.pack(detail)));
            trailers.put(DETAILS, all.build());
        }
        return trailers;
    }

    /** For an observer's {@code onError}. */
    StatusRuntimeException exception() {
        return status.asRuntimeException(trailers());
    }
}
