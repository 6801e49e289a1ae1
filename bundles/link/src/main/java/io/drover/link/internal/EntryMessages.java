package io.drover.link.internal;

import com.google.common.net.InetAddresses;
import io.drover.api.metadata.Entry;
import io.drover.api.metadata.Kind;
import io.drover.proto.v1.EndpointsEntry;
import io.drover.proto.v1.MetadataEntry;
import io.drover.proto.v1.MetadataRef;
import io.drover.proto.v1.NodeEntry;
import io.drover.proto.v1.PodEntry;
import io.drover.proto.v1.ServiceEntry;
import io.drover.proto.v1.ServicePort;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what a cluster agent tells. It may be newer than this one: what is not known is passed
 * over, and so is an address that is none. Pure.
 */
final class EntryMessages {

    private EntryMessages() {}

    /** The object; empty for a kind that is not known here. */
    static Optional<Entry> entry(MetadataEntry message) {
        return Optional.ofNullable(
                switch (message.getObjectCase()) {
                    case NAMESPACE_ENTRY ->
                            new Entry.Namespace(
                                    message.getName(), message.getUid(), message.getLabelsMap());
                    case NODE -> node(message, message.getNode());
                    case POD -> pod(message, message.getPod());
                    case SERVICE -> service(message, message.getService());
                    case ENDPOINTS -> endpoints(message, message.getEndpoints());
                    case OBJECT_NOT_SET -> null;
                });
    }

    /** The name of an object; empty for a kind that is not known here. */
    static Optional<Entry.Ref> ref(MetadataRef message) {
        Kind kind =
                switch (message.getKind()) {
                    case METADATA_KIND_NAMESPACE -> Kind.NAMESPACE;
                    case METADATA_KIND_NODE -> Kind.NODE;
                    case METADATA_KIND_POD -> Kind.POD;
                    case METADATA_KIND_SERVICE -> Kind.SERVICE;
                    case METADATA_KIND_ENDPOINTS -> Kind.ENDPOINTS;
                    case METADATA_KIND_UNSPECIFIED, UNRECOGNIZED -> null;
                };
        return kind == null
                ? Optional.empty()
                : Optional.of(new Entry.Ref(kind, message.getNamespace(), message.getName()));
    }

    private static Entry node(MetadataEntry entry, NodeEntry node) {
        return new Entry.Node(
                entry.getName(),
                entry.getUid(),
                addresses(node.getAddressesList()),
                node.getZone(),
                node.getReady(),
                entry.getLabelsMap());
    }

    private static Entry pod(MetadataEntry entry, PodEntry pod) {
        return new Entry.Pod(
                entry.getNamespace(),
                entry.getName(),
                entry.getUid(),
                pod.getNode(),
                pod.getHostNetwork(),
                addresses(pod.getAddressesList()),
                pod.getPhase(),
                pod.getReady(),
                pod.getOwnerKind(),
                pod.getOwnerName(),
                pod.getWorkloadKind(),
                pod.getWorkloadName(),
                entry.getLabelsMap());
    }

    private static Entry service(MetadataEntry entry, ServiceEntry service) {
        return new Entry.Service(
                entry.getNamespace(),
                entry.getName(),
                entry.getUid(),
                service.getType(),
                addresses(service.getAddressesList()),
                ports(service.getPortsList()),
                entry.getLabelsMap());
    }

    private static Entry endpoints(MetadataEntry entry, EndpointsEntry endpoints) {
        List<Entry.Backend> backends = new ArrayList<>();
        endpoints
                .getBackendsList()
                .forEach(
                        each ->
                                address(each.getAddress())
                                        .ifPresent(
                                                address ->
                                                        backends.add(
                                                                new Entry.Backend(
                                                                        address,
                                                                        each.getPod(),
                                                                        each.getNode(),
                                                                        each.getReady()))));
        return new Entry.Endpoints(
                entry.getNamespace(),
                entry.getName(),
                entry.getUid(),
                endpoints.getService(),
                backends,
                ports(endpoints.getPortsList()));
    }

    private static List<Entry.Port> ports(List<ServicePort> ports) {
        return ports.stream()
                .map(
                        each ->
                                new Entry.Port(
                                        each.getName(),
                                        each.getProtocol(),
                                        each.getPort(),
                                        each.getNodePort()))
                .toList();
    }

    private static List<InetAddress> addresses(List<String> texts) {
        return texts.stream().map(EntryMessages::address).flatMap(Optional::stream).toList();
    }

    /** One with a zone ({@code fe80::1%eth0}) is no address of a cluster, and no interface here. */
    private static Optional<InetAddress> address(String text) {
        return text.indexOf('%') < 0 && InetAddresses.isInetAddress(text)
                ? Optional.of(InetAddresses.forString(text))
                : Optional.empty();
    }
}
