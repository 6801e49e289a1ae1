package io.drover.security.internal.file;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who want to hear of something new. Any thread. */
public final class Listeners<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<Registration> all = new CopyOnWriteArrayList<>();

    /** Tells {@code listener} from now on, until what is returned is closed. */
    public AutoCloseable add(Consumer<? super T> listener) {
        Registration registration = new Registration(listener);
        all.add(registration);
        return registration;
    }

    public void tell(T news) {
        for (Registration each : all) {
            try {
                each.listener.accept(news);
            } catch (RuntimeException e) {
                // One listener's fault must not keep the news from the others.
                LOG.error("a listener refused what is new", e);
            }
        }
    }

    /** Of one call: a listener that was given twice is told twice, until each is closed. */
    private final class Registration implements AutoCloseable {
        private final Consumer<? super T> listener;

        Registration(Consumer<? super T> listener) {
            this.listener = listener;
        }

        @Override
        public void close() {
            all.remove(this);
        }
    }
}
