package io.drover.api.security;

import java.util.function.Consumer;

/** The agent's certificate, and word of each new one. Any thread; never blocks. */
public interface Certificates {

    /** The identity to be shown now. */
    TlsIdentity current();

    /**
     * Calls {@code listener} with each later identity, on a thread of the bundle {@code security},
     * until the returned handle is closed. The listener must not block.
     */
    AutoCloseable onChange(Consumer<TlsIdentity> listener);
}
