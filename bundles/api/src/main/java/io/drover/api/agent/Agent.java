package io.drover.api.agent;

import io.drover.api.net.Listening;
import io.drover.api.status.State;
import io.drover.api.status.Step;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The running agent as one. Given by the bundle {@code core}; any thread; answers from memory. */
public interface Agent {

    /** Version and identity of this process. */
    Identity identity();

    /** All subsystems, those that wait for a service too, in the order of the start. */
    List<SubsystemView> subsystems();

    /** Everything that listens. */
    List<Listening.Bound> listening();

    /** Whether every step that readiness needs is active or degraded. */
    boolean ready();

    /** Whether the start is over: all needed steps have been ready at least once. */
    boolean started();

    /** What the stop of the process is at, half a sentence; empty while it is not being stopped. */
    default Optional<String> stopping() {
        return Optional.empty();
    }

    /** Whether the process itself is sound; depends on nothing outside of it. */
    boolean live();

    /**
     * Who this is.
     *
     * @param version of the product
     * @param revision the commit it was built from, {@code unknown} outside a checkout
     * @param jdk version of the Java runtime
     * @param karaf version of the container
     * @param hostname this host's name
     * @param pid of the process
     * @param startedAt when the JVM started
     */
    record Identity(
            String version,
            String revision,
            String jdk,
            String karaf,
            String hostname,
            long pid,
            Instant startedAt) {}

    /**
     * One subsystem as seen from outside.
     *
     * @param name the one word of its bundle
     * @param state the least well of its steps' states, skipped ones left out
     * @param since when that state was entered
     * @param reason why, in a sentence; empty when all is well
     * @param remedy what a person can do; often empty
     * @param steps its steps
     * @param facts figures and facts beside the state
     */
    record SubsystemView(
            String name,
            State state,
            Instant since,
            String reason,
            String remedy,
            List<Step> steps,
            Map<String, Object> facts) {}
}
