package io.drover.link.internal;

import com.google.common.net.HostAndPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;

/**
 * The addresses of the cluster agent's replicas, in an order by chance, so that nodes spread over
 * them. When all have been given out, DNS is asked anew. One thread, which may block on DNS.
 */
final class Replicas {

    /** Asks DNS. */
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /**
     * One of them.
     *
     * @param host as it is in the configuration: what the certificate must be for
     */
    record Replica(String host, InetSocketAddress address) {}

    private final String key;
    private final List<HostAndPort> endpoints;
    private final Resolver resolver;
    private final Random chance;
    private final Queue<Replica> left = new ArrayDeque<>();
    private String problem = "";
    private int known;

    /**
     * @param key of the configuration that names them
     */
    Replicas(String key, List<HostAndPort> endpoints, Resolver resolver, Random chance) {
        this.key = key;
        this.endpoints = endpoints;
        this.resolver = resolver;
        this.chance = chance;
    }

    /** The next to try; empty when DNS knows none. */
    Optional<Replica> next() {
        if (left.isEmpty()) {
            left.addAll(resolved());
        }
        return Optional.ofNullable(left.poll());
    }

    /** Begins a new round: DNS is asked anew. */
    void anew() {
        left.clear();
    }

    /** How many there were when DNS was asked last. */
    int known() {
        return known;
    }

    /** Whether all have been tried since DNS was asked last. */
    boolean allTried() {
        return left.isEmpty();
    }

    /** What DNS did not know, in a sentence; empty when it knew all. */
    String problem() {
        return problem;
    }

    private List<Replica> resolved() {
        Map<InetSocketAddress, Replica> found = new LinkedHashMap<>();
        problem = "";
        for (HostAndPort endpoint : endpoints) {
            try {
                for (InetAddress address : resolver.resolve(endpoint.getHost())) {
                    InetSocketAddress socket = new InetSocketAddress(address, endpoint.getPort());
                    found.putIfAbsent(socket, new Replica(endpoint.getHost(), socket));
                }
            } catch (UnknownHostException e) {
                problem = key + ": no address is known for " + endpoint.getHost();
            }
        }
        List<Replica> all = new ArrayList<>(found.values());
        Collections.shuffle(all, chance);
        known = all.size();
        return all;
    }
}
