package io.drover.security.internal;

import io.drover.api.security.Audience;
import io.drover.api.security.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds all tokens that this agent knows. */
final class TokenLoader {

    static final String LOCAL = "local_token";
    static final String CLUSTER = "cluster_token";

    private static final Caller LOCAL_CALLER =
            new Caller("local", Set.of(Audience.LOCAL, Audience.CLUSTER, Audience.ADMIN));
    private static final Caller CLUSTER_CALLER = new Caller("cluster", Set.of(Audience.CLUSTER));

    private TokenLoader() {}

    /**
     * The local token, made if need be, and the cluster's if there is one.
     *
     * @param clusterFile a file that must be there; empty for the one in the folder, if any
     */
    static List<KnownTokens.Known> load(SecretsFolder folder, Optional<Path> clusterFile)
            throws IOException, UnsafeException {
        String local = TokenFile.readOrCreate(folder, LOCAL);
        Optional<String> cluster = cluster(folder, clusterFile);
        List<KnownTokens.Known> known = new ArrayList<>();
        known.add(new KnownTokens.Known(local, LOCAL_CALLER));
        if (cluster.isPresent()) {
            if (cluster.get().equals(local)) {
                throw new UnsafeException(
                        "the cluster's token is this agent's local token, which opens more",
                        "give the cluster a token of its own");
            }
            known.add(new KnownTokens.Known(cluster.get(), CLUSTER_CALLER));
        }
        return known;
    }

    private static Optional<String> cluster(SecretsFolder folder, Optional<Path> named)
            throws IOException, UnsafeException {
        if (named.isEmpty()) {
            return folder.has(CLUSTER)
                    ? Optional.of(TokenFile.read(folder, CLUSTER))
                    : Optional.empty();
        }
        Path file = named.get();
        if (!Files.exists(file)) {
            throw new UnsafeException(
                    file + " is not there, but security.cluster_token_file names it",
                    "put the cluster's token there, or remove the key");
        }
        return Optional.of(TokenFile.readPlaced(folder, file));
    }
}
