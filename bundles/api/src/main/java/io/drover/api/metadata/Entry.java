package io.drover.api.metadata;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One object of the cluster, cut down to what its name is needed for. Immutable; may be kept.
 * Strings that repeat are shared between entries.
 */
public sealed interface Entry {

    /** Its kind. */
    Kind kind();

    /** Its namespace; empty for objects of the whole cluster. */
    String namespace();

    /** Its name. */
    String name();

    /** What tells it from an earlier object of the same name. */
    String uid();

    /** Its identity: what a {@link Change.Removed} names. */
    default Ref ref() {
        return new Ref(kind(), namespace(), name());
    }

    /**
     * Names one entry.
     *
     * @param kind its kind
     * @param namespace empty for objects of the whole cluster
     * @param name its name
     */
    record Ref(Kind kind, String namespace, String name) {
        public Ref {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(namespace, "namespace");
            Objects.requireNonNull(name, "name");
        }
    }

    /**
     * A namespace.
     *
     * @param labels the configured ones alone
     */
    record Namespace(String name, String uid, Map<String, String> labels) implements Entry {
        public Namespace {
            labels = Map.copyOf(labels);
        }

        @Override
        public Kind kind() {
            return Kind.NAMESPACE;
        }

        @Override
        public String namespace() {
            return "";
        }
    }

    /**
     * A node.
     *
     * @param addresses internal and external ones
     * @param zone its {@code topology.kubernetes.io/zone}; empty when it has none
     * @param ready whether its condition {@code Ready} is true
     * @param labels the configured ones alone
     */
    record Node(
            String name,
            String uid,
            List<InetAddress> addresses,
            String zone,
            boolean ready,
            Map<String, String> labels)
            implements Entry {
        public Node {
            addresses = List.copyOf(addresses);
            labels = Map.copyOf(labels);
        }

        @Override
        public Kind kind() {
            return Kind.NODE;
        }

        @Override
        public String namespace() {
            return "";
        }
    }

    /**
     * A pod.
     *
     * @param node where it runs; empty while it is not scheduled
     * @param hostNetwork whether its addresses are those of its node
     * @param addresses one or two; none before it has started
     * @param phase {@code Pending}, {@code Running}, {@code Succeeded}, {@code Failed}, {@code
     *     Unknown}
     * @param ready whether its condition {@code Ready} is true
     * @param ownerKind of the controller that made it, {@code ReplicaSet}; empty for none
     * @param ownerName of that controller
     * @param workloadKind of what the user made: the Deployment behind a ReplicaSet as far as the
     *     names tell it, else the owner; empty for a bare pod
     * @param workloadName of that
     * @param labels the configured ones alone
     */
    record Pod(
            String namespace,
            String name,
            String uid,
            String node,
            boolean hostNetwork,
            List<InetAddress> addresses,
            String phase,
            boolean ready,
            String ownerKind,
            String ownerName,
            String workloadKind,
            String workloadName,
            Map<String, String> labels)
            implements Entry {
        public Pod {
            addresses = List.copyOf(addresses);
            labels = Map.copyOf(labels);
        }

        @Override
        public Kind kind() {
            return Kind.POD;
        }
    }

    /**
     * A service.
     *
     * @param type {@code ClusterIP}, {@code NodePort}, {@code LoadBalancer}, {@code ExternalName}
     * @param addresses under which it is reached: cluster, load balancer and external ones; none
     *     for a headless one
     * @param labels the configured ones alone
     */
    record Service(
            String namespace,
            String name,
            String uid,
            String type,
            List<InetAddress> addresses,
            List<Port> ports,
            Map<String, String> labels)
            implements Entry {
        public Service {
            addresses = List.copyOf(addresses);
            ports = List.copyOf(ports);
            labels = Map.copyOf(labels);
        }

        @Override
        public Kind kind() {
            return Kind.SERVICE;
        }
    }

    /**
     * One EndpointSlice ({@code discovery.k8s.io/v1}): some of the backends of a service.
     *
     * @param service whose backends they are, in the same namespace; empty for a slice that names
     *     none
     */
    record Endpoints(
            String namespace,
            String name,
            String uid,
            String service,
            List<Backend> backends,
            List<Port> ports)
            implements Entry {
        public Endpoints {
            backends = List.copyOf(backends);
            ports = List.copyOf(ports);
        }

        @Override
        public Kind kind() {
            return Kind.ENDPOINTS;
        }
    }

    /**
     * One backend.
     *
     * @param address where it is
     * @param pod its name, in the namespace of the slice; empty when it is none
     * @param node where it runs; empty when that is not said
     * @param ready whether it takes traffic
     */
    record Backend(InetAddress address, String pod, String node, boolean ready) {
        public Backend {
            Objects.requireNonNull(address, "address");
        }
    }

    /**
     * One port.
     *
     * @param name empty when it has none
     * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
     * @param port the number; 0 for all
     * @param nodePort on every node; 0 for none
     */
    record Port(String name, String protocol, int port, int nodePort) {}
}
