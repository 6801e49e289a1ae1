package io.drover.security.internal.certificate;

import io.drover.api.security.Certificates;
import io.drover.api.security.TlsIdentity;
import io.drover.security.internal.file.Listeners;
import java.util.function.Consumer;

/** The identity that is shown now, and who wants to hear of the next. Any thread. */
public final class ShownIdentity implements Certificates {

    private final Listeners<TlsIdentity> listeners = new Listeners<>();
    private volatile TlsIdentity current;

    public ShownIdentity(TlsIdentity first) {
        this.current = first;
    }

    @Override
    public TlsIdentity current() {
        return current;
    }

    @Override
    public AutoCloseable onChange(Consumer<TlsIdentity> listener) {
        return listeners.add(listener);
    }

    /** Shows another one from now on. */
    public void show(TlsIdentity next) {
        current = next;
        listeners.tell(next);
    }
}
