package io.drover.link.internal;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.protobuf.ProtoUtils;
import java.util.Optional;

/** Reads what programs are told beside the status of a call. Pure. */
final class Details {

    /** Whose reasons are ours. */
    static final String DOMAIN = "drover.io";

    static final Metadata.Key<com.google.rpc.Status> KEY =
            Metadata.Key.of(
                    "grpc-status-details-bin",
                    ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

    private Details() {}

    /** The detail of this type; empty when it is not there or cannot be read. */
    static <T extends Message> Optional<T> of(com.google.rpc.Status details, Class<T> type) {
        for (Any any : details.getDetailsList()) {
            if (any.is(type)) {
                try {
                    return Optional.of(any.unpack(type));
                } catch (InvalidProtocolBufferException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    /** The same, of the trailers of a call. */
    static <T extends Message> Optional<T> of(Metadata trailers, Class<T> type) {
        com.google.rpc.Status details = trailers.get(KEY);
        return details == null ? Optional.empty() : of(details, type);
    }
}
