package io.drover.security.internal.token;

import io.drover.security.internal.file.SecretsFolder;
import io.drover.security.internal.file.UnsafeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The files that hold tokens, and the one that holds their digests. */
final class TokenDisk {

    static final String LOCAL = "local_token";
    static final String CLUSTER = "cluster_token";
    static final String KEPT = "tokens";

    /** An expired token is listed for so long, so that somebody who wonders can see why. */
    private static final Duration SHOWN_AFTER_END = Duration.ofDays(7);

    /** A replaced one is known for so long, so that it is called expired and not unknown. */
    private static final Duration KNOWN_AFTER_OVERLAP = Duration.ofHours(1);

    private final SecretsFolder folder;

    TokenDisk(SecretsFolder folder) {
        this.folder = folder;
    }

    /** This agent's own, made if it is not there. */
    String local() throws IOException, UnsafeException {
        return TokenFile.readOrCreate(folder, LOCAL);
    }

    /**
     * The cluster's, if there is one.
     *
     * @param named a file that must be there; empty for the one in the folder, if any
     */
    Optional<String> cluster(Optional<Path> named) throws IOException, UnsafeException {
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

    /** Under the folder's lock. */
    void replace(String name, String token) throws IOException, UnsafeException {
        java.io.Closeable lock = folder.lock();
        try {
            folder.replaceSecret(name + "_token", TokenFile.line(token));
        } finally {
            lock.close();
        }
    }

    /** The tokens with scopes, and those that were replaced; a list of the caller's own. */
    List<Known> kept() throws IOException, UnsafeException {
        if (!folder.has(KEPT)) {
            return new ArrayList<>();
        }
        byte[] content = folder.readSecret(KEPT);
        try {
            return new ArrayList<>(TokenLines.parse(content));
        } catch (TokenLines.LineException e) {
            throw new UnsafeException(
                    folder.resolve(KEPT) + ": " + e.getMessage(),
                    "mend it, or remove it and make the tokens anew",
                    e);
        }
    }

    /** Writes them, but for those whose time has long been over, which leave the list too. */
    void keep(List<Known> kept, Instant now) throws IOException {
        kept.removeIf(
                one ->
                        one.expired(
                                now.minus(one.replaced() ? KNOWN_AFTER_OVERLAP : SHOWN_AFTER_END)));
        folder.replaceSecret(KEPT, TokenLines.write(kept));
    }

    List<Path> files(Optional<Path> named) {
        return List.of(
                folder.resolve(LOCAL), named.orElse(folder.resolve(CLUSTER)), folder.resolve(KEPT));
    }
}
