package io.drover.autoscaling.internal;

import io.drover.api.kubernetes.Cluster;
import io.drover.api.kubernetes.ClusterException;
import io.drover.api.kubernetes.KubeObject;
import io.drover.api.kubernetes.Right;
import io.drover.api.kubernetes.Term;
import io.drover.api.kubernetes.Watch;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the CustomResourceDefinition where it is missing; never changes one that is there. */
final class CrdInstaller {

    /** Its key in the work queue; no object has it, for it has no slash. */
    static final String KEY = "crd";

    private static final Logger log = LoggerFactory.getLogger(CrdInstaller.class);
    private static final String RESOURCE = "/crd/datadogpodautoscalers.yaml";

    /** What the installation needs. */
    static final Right RIGHT =
            Right.to(
                    List.of("create"),
                    "apiextensions.k8s.io",
                    List.of("customresourcedefinitions"),
                    "install-crd",
                    "the kind of the autoscalers, with autoscaling.install_crd: true.");

    private final Cluster cluster;

    CrdInstaller(Cluster cluster) {
        this.cluster = cluster;
    }

    void install(Term term, Watch.State state) throws ClusterException {
        if (state.phase() != Watch.Phase.NO_KIND) {
            return;
        }
        try {
            KubeObject created = cluster.create(term, cluster.parse(manifest()));
            log.info("CustomResourceDefinition created: name={}", created.name());
        } catch (ClusterException e) {
            if (e.why() != ClusterException.Cause.CONFLICT) {
                throw e;
            }
        }
    }

    static String manifest() {
        try (InputStream in = CrdInstaller.class.getResourceAsStream(RESOURCE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("read " + RESOURCE, e);
        }
    }
}
