package io.drover.security.internal.guard;

import io.drover.security.internal.token.TokenDigest;
import java.lang.ref.WeakReference;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The digests of tokens in headers. The server's parser gives one and the same string again for an
 * equal header of one connection; of such a string the digest is remembered, so that a client that
 * stays pays for one only. Strings are told apart by identity alone: no time tells what another one
 * holds, and none is kept alive. Any thread.
 */
final class Digests {

    private static final int SLOTS = 256;

    private final AtomicReferenceArray<Seen> slots = new AtomicReferenceArray<>(SLOTS);

    private record Seen(WeakReference<String> header, TokenDigest digest) {}

    /** The digest of the token in a header; empty when there is none. */
    Optional<TokenDigest> of(String header) {
        int slot = System.identityHashCode(header) & (SLOTS - 1);
        Seen seen = slots.get(slot);
        if (seen != null && seen.header.refersTo(header)) {
            return Optional.of(seen.digest);
        }
        Optional<TokenDigest> digest = Bearer.token(header).map(TokenDigest::of);
        digest.ifPresent(made -> slots.set(slot, new Seen(new WeakReference<>(header), made)));
        return digest;
    }
}
