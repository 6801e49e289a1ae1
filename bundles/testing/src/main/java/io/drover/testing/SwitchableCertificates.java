package io.drover.testing;

import io.drover.api.security.Certificates;
import io.drover.api.security.TlsIdentity;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Certificates that a test replaces. Any thread; listeners are called on the thread that does. */
public final class SwitchableCertificates implements Certificates {

    private final List<Consumer<TlsIdentity>> listeners = new CopyOnWriteArrayList<>();
    private volatile TlsIdentity current;

    public SwitchableCertificates(TlsIdentity first) {
        this.current = first;
    }

    /** Shows {@code next} from now on. */
    public void switchTo(TlsIdentity next) {
        current = next;
        listeners.forEach(listener -> listener.accept(next));
    }

    /** How many listen for the next one. */
    public int listeners() {
        return listeners.size();
    }

    @Override
    public TlsIdentity current() {
        return current;
    }

    @Override
    public AutoCloseable onChange(Consumer<TlsIdentity> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
