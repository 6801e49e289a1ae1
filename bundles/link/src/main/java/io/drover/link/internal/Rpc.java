package io.drover.link.internal;

import io.drover.proto.v1.ResumePoint;
import io.grpc.Channel;
import io.grpc.stub.ClientResponseObserver;
import java.util.Optional;

/**
 * How one streaming method is called, and what its messages say of their place in the stream.
 *
 * @param <Q> type of the request
 * @param <A> type of the messages
 */
interface Rpc<Q, A> {

    /**
     * Calls the method.
     *
     * @param after where to go on; empty to begin anew
     */
    void call(Channel channel, Optional<ResumePoint> after, ClientResponseObserver<Q, A> observer);

    /** Number of a message in its stream; 0 for one that is not counted. */
    long sequence(A message);

    /**
     * Where a stream can go on after {@code message}.
     *
     * @param before the point before it
     * @return empty when there is no going on, and a new stream begins anew
     */
    Optional<ResumePoint> point(A message, Optional<ResumePoint> before);
}
