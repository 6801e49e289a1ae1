package io.drover.kubernetes.internal.client;

import io.fabric8.kubernetes.client.Config;
import java.util.Optional;
import javax.net.ssl.KeyManager;

/**
 * How a cluster is reached.
 *
 * @param source where that is said, for people: {@code kubeconfig /etc/k.yaml}
 * @param config for the fabric8 client, without client key and certificate
 * @param keys the client's key and certificate; empty when it shows none
 */
public record ClusterAccess(String source, Config config, Optional<KeyManager[]> keys) {}
