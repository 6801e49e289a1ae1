package io.drover.grpc.internal;

import com.google.common.net.InetAddresses;
import io.drover.api.metadata.Change;
import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Kind;
import io.drover.proto.v1.Backend;
import io.drover.proto.v1.EndpointsEntry;
import io.drover.proto.v1.MetadataEntry;
import io.drover.proto.v1.MetadataEvent;
import io.drover.proto.v1.MetadataKind;
import io.drover.proto.v1.MetadataRef;
import io.drover.proto.v1.NamespaceEntry;
import io.drover.proto.v1.NodeEntry;
import io.drover.proto.v1.PodEntry;
import io.drover.proto.v1.ServiceEntry;
import io.drover.proto.v1.ServicePort;
import io.drover.proto.v1.SnapshotBegin;
import io.drover.proto.v1.SnapshotComplete;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Maps what is known of the cluster to messages. Pure. */
final class MetadataMessages {

    private static final Map<MetadataKind, Kind> KINDS =
            Map.of(
                    MetadataKind.METADATA_KIND_NAMESPACE, Kind.NAMESPACE,
                    MetadataKind.METADATA_KIND_NODE, Kind.NODE,
                    MetadataKind.METADATA_KIND_POD, Kind.POD,
                    MetadataKind.METADATA_KIND_SERVICE, Kind.SERVICE,
                    MetadataKind.METADATA_KIND_ENDPOINTS, Kind.ENDPOINTS);

    private MetadataMessages() {}

    /**
     * The kinds that are asked for; empty for all.
     *
     * @throws InvalidFieldException naming a kind that is none
     */
    static Set<Kind> kinds(List<MetadataKind> wanted) throws InvalidFieldException {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        for (MetadataKind each : wanted) {
            Kind kind = KINDS.get(each);
            if (kind == null) {
                throw new InvalidFieldException("kinds", "must hold kinds of objects, has " + each);
            }
            kinds.add(kind);
        }
        return kinds;
    }

    static MetadataEvent event(Change change, long sequence) {
        MetadataEvent.Builder message = MetadataEvent.newBuilder().setSequence(sequence);
        if (change instanceof Change.Begin) {
            message.setBegin(SnapshotBegin.getDefaultInstance());
        } else if (change instanceof Change.Complete complete) {
            message.setComplete(SnapshotComplete.newBuilder().setRevision(complete.revision()));
        } else if (change instanceof Change.Put put) {
            message.setPut(entry(put.entry()));
        } else if (change instanceof Change.Removed removed) {
            message.setRemoved(ref(removed.ref()));
        }
        return message.build();
    }

    private static MetadataRef ref(Entry.Ref ref) {
        return MetadataRef.newBuilder()
                .setKind(kind(ref.kind()))
                .setNamespace(ref.namespace())
                .setName(ref.name())
                .build();
    }

    private static MetadataKind kind(Kind kind) {
        return switch (kind) {
            case NAMESPACE -> MetadataKind.METADATA_KIND_NAMESPACE;
            case NODE -> MetadataKind.METADATA_KIND_NODE;
            case POD -> MetadataKind.METADATA_KIND_POD;
            case SERVICE -> MetadataKind.METADATA_KIND_SERVICE;
            case ENDPOINTS -> MetadataKind.METADATA_KIND_ENDPOINTS;
        };
    }

    static MetadataEntry entry(Entry entry) {
        MetadataEntry.Builder message =
                MetadataEntry.newBuilder()
                        .setNamespace(entry.namespace())
                        .setName(entry.name())
                        .setUid(entry.uid());
        if (entry instanceof Entry.Namespace each) {
            message.putAllLabels(each.labels())
                    .setNamespaceEntry(NamespaceEntry.getDefaultInstance());
        } else if (entry instanceof Entry.Node each) {
            message.putAllLabels(each.labels()).setNode(node(each));
        } else if (entry instanceof Entry.Pod each) {
            message.putAllLabels(each.labels()).setPod(pod(each));
        } else if (entry instanceof Entry.Service each) {
            message.putAllLabels(each.labels()).setService(service(each));
        } else if (entry instanceof Entry.Endpoints each) {
            message.setEndpoints(endpoints(each));
        }
        return message.build();
    }

    private static NodeEntry node(Entry.Node node) {
        return NodeEntry.newBuilder()
                .addAllAddresses(texts(node.addresses()))
                .setZone(node.zone())
                .setReady(node.ready())
                .build();
    }

    private static PodEntry pod(Entry.Pod pod) {
        return PodEntry.newBuilder()
                .setNode(pod.node())
                .setHostNetwork(pod.hostNetwork())
                .addAllAddresses(texts(pod.addresses()))
                .setPhase(pod.phase())
                .setReady(pod.ready())
                .setOwnerKind(pod.ownerKind())
                .setOwnerName(pod.ownerName())
                .setWorkloadKind(pod.workloadKind())
                .setWorkloadName(pod.workloadName())
                .build();
    }

    private static ServiceEntry service(Entry.Service service) {
        ServiceEntry.Builder message =
                ServiceEntry.newBuilder()
                        .setType(service.type())
                        .addAllAddresses(texts(service.addresses()));
        service.ports().forEach(port -> message.addPorts(port(port)));
        return message.build();
    }

    private static EndpointsEntry endpoints(Entry.Endpoints endpoints) {
        EndpointsEntry.Builder message =
                EndpointsEntry.newBuilder().setService(endpoints.service());
        for (Entry.Backend backend : endpoints.backends()) {
            message.addBackends(
                    Backend.newBuilder()
                            .setAddress(InetAddresses.toAddrString(backend.address()))
                            .setPod(backend.pod())
                            .setNode(backend.node())
                            .setReady(backend.ready()));
        }
        endpoints.ports().forEach(port -> message.addPorts(port(port)));
        return message.build();
    }

    private static ServicePort port(Entry.Port port) {
        return ServicePort.newBuilder()
                .setName(port.name())
                .setProtocol(port.protocol())
                .setPort(port.port())
                .setNodePort(port.nodePort())
                .build();
    }

    private static List<String> texts(List<InetAddress> addresses) {
        return addresses.stream().map(InetAddresses::toAddrString).toList();
    }
}
