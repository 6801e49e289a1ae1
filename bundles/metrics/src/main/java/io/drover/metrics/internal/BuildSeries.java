package io.drover.metrics.internal;

import io.drover.api.agent.Agent;
import io.drover.api.metrics.Family;
import io.drover.api.metrics.MetricSource;
import io.drover.api.metrics.Samples;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What runs here, as labels. */
final class BuildSeries implements MetricSource {

    private static final Family BUILD =
            Family.info(
                    "drover_build_info",
                    "Version of the agent, and of what it runs on.",
                    "version",
                    "revision",
                    "jdk",
                    "karaf");

    private static final String UNKNOWN = "unknown";

    private final String ownVersion;
    private final Supplier<Optional<Agent>> agent;

    /**
     * @param ownVersion of this bundle, for as long as there is no agent to ask
     * @param agent asked at each scrape
     */
    BuildSeries(String ownVersion, Supplier<Optional<Agent>> agent) {
        this.ownVersion = ownVersion;
        this.agent = agent;
    }

    @Override
    public List<Family> families() {
        return List.of(BUILD);
    }

    @Override
    public void collect(Samples out) {
        Optional<Agent.Identity> identity = agent.get().map(Agent::identity);
        out.add(
                BUILD,
                1,
                identity.map(Agent.Identity::version).orElse(ownVersion),
                identity.map(Agent.Identity::revision).orElse(UNKNOWN),
                identity.map(Agent.Identity::jdk).orElse(System.getProperty("java.version")),
                identity.map(Agent.Identity::karaf)
                        .orElse(System.getProperty("karaf.version", UNKNOWN)));
    }
}
