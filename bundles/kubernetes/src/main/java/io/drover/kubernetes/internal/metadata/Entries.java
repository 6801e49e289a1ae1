package io.drover.kubernetes.internal.metadata;

import static io.drover.api.kubernetes.KubeObject.map;
import static io.drover.api.kubernetes.KubeObject.text;

import io.drover.api.kubernetes.KubeObject;
import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Kind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** From what the API server says to entries. Pure, but for the strings that entries share. */
final class Entries {

    private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F:.]+");

    /** A ReplicaSet of a Deployment is called like it, with the hash of its template behind. */
    private static final String TEMPLATE_HASH = "pod-template-hash";

    private final Set<String> labels;
    private final UnaryOperator<String> shared;

    /**
     * @param labels those that are kept
     * @param shared gives the one string that is kept of equal ones
     */
    Entries(Set<String> labels, UnaryOperator<String> shared) {
        this.labels = labels;
        this.shared = shared;
    }

    Entry of(Kind kind, KubeObject object) {
        return switch (kind) {
            case NAMESPACE -> new Entry.Namespace(object.name(), object.uid(), labels(object));
            case NODE -> node(object);
            case POD -> pod(object);
            case SERVICE -> service(object);
            case ENDPOINTS -> endpoints(object);
        };
    }

    private Entry node(KubeObject object) {
        List<InetAddress> addresses = new ArrayList<>();
        for (Map<String, Object> one : list(object.status(), "addresses")) {
            if (text(one, "type").endsWith("IP")) {
                address(text(one, "address"), addresses);
            }
        }
        String zone = text(map(object.metadata(), "labels"), "topology.kubernetes.io/zone");
        return new Entry.Node(
                shared.apply(object.name()),
                object.uid(),
                addresses,
                shared.apply(zone),
                ready(object),
                labels(object));
    }

    private Entry pod(KubeObject object) {
        List<InetAddress> addresses = new ArrayList<>();
        for (Map<String, Object> one : list(object.status(), "podIPs")) {
            address(text(one, "ip"), addresses);
        }
        if (addresses.isEmpty()) {
            address(text(object.status(), "podIP"), addresses);
        }
        Map<String, Object> owner =
                list(object.metadata(), "ownerReferences").stream()
                        .filter(one -> Boolean.TRUE.equals(one.get("controller")))
                        .findFirst()
                        .orElse(Map.of());
        String ownerKind = shared.apply(text(owner, "kind"));
        String ownerName = shared.apply(text(owner, "name"));
        String hash = text(map(object.metadata(), "labels"), TEMPLATE_HASH);
        boolean deployed =
                ownerKind.equals("ReplicaSet") && !hash.isEmpty() && ownerName.endsWith("-" + hash);
        return new Entry.Pod(
                shared.apply(object.namespace()),
                object.name(),
                object.uid(),
                shared.apply(text(object.spec(), "nodeName")),
                Boolean.TRUE.equals(object.spec().get("hostNetwork")),
                addresses,
                shared.apply(text(object.status(), "phase")),
                ready(object),
                ownerKind,
                ownerName,
                deployed ? "Deployment" : ownerKind,
                deployed
                        ? shared.apply(
                                ownerName.substring(0, ownerName.length() - hash.length() - 1))
                        : ownerName,
                labels(object));
    }

    private Entry service(KubeObject object) {
        List<InetAddress> addresses = new ArrayList<>();
        strings(object.spec(), "clusterIPs").forEach(one -> address(one, addresses));
        if (addresses.isEmpty()) {
            address(text(object.spec(), "clusterIP"), addresses);
        }
        strings(object.spec(), "externalIPs").forEach(one -> address(one, addresses));
        for (Map<String, Object> one : list(map(object.status(), "loadBalancer"), "ingress")) {
            address(text(one, "ip"), addresses);
        }
        return new Entry.Service(
                shared.apply(object.namespace()),
                shared.apply(object.name()),
                object.uid(),
                shared.apply(text(object.spec(), "type")),
                addresses,
                ports(object.spec()),
                labels(object));
    }

    private Entry endpoints(KubeObject object) {
        List<Entry.Backend> backends = new ArrayList<>();
        for (Map<String, Object> one : list(object.tree(), "endpoints")) {
            // An endpoint whose condition is not said is ready (discovery.k8s.io/v1).
            boolean ready = !Boolean.FALSE.equals(map(one, "conditions").get("ready"));
            Map<String, Object> target = map(one, "targetRef");
            String pod = text(target, "kind").equals("Pod") ? text(target, "name") : "";
            List<InetAddress> addresses = new ArrayList<>();
            strings(one, "addresses").forEach(text -> address(text, addresses));
            for (InetAddress address : addresses) {
                String node = shared.apply(text(one, "nodeName"));
                backends.add(new Entry.Backend(address, pod, node, ready));
            }
        }
        String service = text(map(object.metadata(), "labels"), "kubernetes.io/service-name");
        return new Entry.Endpoints(
                shared.apply(object.namespace()),
                object.name(),
                object.uid(),
                shared.apply(service),
                backends,
                ports(object.tree()));
    }

    private List<Entry.Port> ports(Map<String, Object> of) {
        List<Entry.Port> ports = new ArrayList<>();
        for (Map<String, Object> one : list(of, "ports")) {
            String protocol = text(one, "protocol");
            ports.add(
                    new Entry.Port(
                            shared.apply(text(one, "name")),
                            shared.apply(protocol.isEmpty() ? "TCP" : protocol),
                            number(one.get("port")),
                            number(one.get("nodePort"))));
        }
        return ports;
    }

    private Map<String, String> labels(KubeObject object) {
        Map<String, String> kept = new LinkedHashMap<>();
        map(object.metadata(), "labels")
                .forEach(
                        (name, value) -> {
                            if (labels.contains(name) && value instanceof String text) {
                                kept.put(shared.apply(name), shared.apply(text));
                            }
                        });
        return kept;
    }

    private static boolean ready(KubeObject object) {
        return list(object.status(), "conditions").stream()
                .anyMatch(
                        one ->
                                text(one, "type").equals("Ready")
                                        && text(one, "status").equals("True"));
    }

    /** Never asks a name server: what is no address in figures, like None, is left out. */
    private static void address(String text, List<InetAddress> to) {
        if (!text.isEmpty() && ADDRESS.matcher(text).matches()) {
            try {
                to.add(InetAddress.getByName(text));
            } catch (UnknownHostException e) {
                // no address in figures: left out as said above
            }
        }
    }

    private static int number(Object value) {
        return value instanceof Number number ? number.intValue() : 0;
    }

    @SuppressWarnings("unchecked") // the keys of a JSON object are strings
    private static List<Map<String, Object>> list(Map<String, Object> tree, String key) {
        List<Map<String, Object>> maps = new ArrayList<>();
        if (tree.get(key) instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?> map) {
                    maps.add((Map<String, Object>) map);
                }
            }
        }
        return maps;
    }

    private static List<String> strings(Map<String, Object> tree, String key) {
        List<String> strings = new ArrayList<>();
        if (tree.get(key) instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof String text) {
                    strings.add(text);
                }
            }
        }
        return strings;
    }
}
