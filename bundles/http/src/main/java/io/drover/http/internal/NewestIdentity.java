package io.drover.http.internal;

import io.drover.api.security.Certificates;
import io.drover.api.security.TlsIdentity;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest certificate of the bundle security. It stays when that bundle goes, for the listeners
 * stay open. Any thread.
 */
final class NewestIdentity {

    private static final Logger log = LoggerFactory.getLogger(NewestIdentity.class);

    private final Runnable onChange;
    private Certificates source;
    private AutoCloseable subscription;
    private volatile TlsIdentity newest;

    NewestIdentity(Runnable onChange) {
        this.onChange = onChange;
    }

    Optional<TlsIdentity> get() {
        return Optional.ofNullable(newest);
    }

    synchronized void follow(Certificates certificates) {
        unsubscribe();
        source = certificates;
        subscription = certificates.onChange(identity -> take(certificates, identity));
        take(certificates, certificates.current());
    }

    synchronized void leave(Certificates certificates) {
        if (source == certificates) {
            unsubscribe();
            source = null;
        }
    }

    private synchronized void take(Certificates from, TlsIdentity identity) {
        if (from == source) {
            newest = identity;
            onChange.run();
        }
    }

    private void unsubscribe() {
        if (subscription == null) {
            return;
        }
        try {
            subscription.close();
        } catch (Exception e) {
            log.warn("still subscribed to new certificates", e);
        }
        subscription = null;
    }
}
