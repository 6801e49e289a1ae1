package io.drover.api.watch;

import java.util.List;

/**
 * The loops of one bundle, published as a service. The bundle {@code core} watches them: a round
 * that does not end is told with its stack in the log, in health, metrics and support bundles.
 */
public interface Watched {

    /** Always the same ones; any thread; never blocks. */
    List<Heartbeat> heartbeats();
}
