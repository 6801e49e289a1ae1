package io.drover.config.internal;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Where configurations go. Used by one thread. */
interface Publisher {

    /**
     * Hands over one configuration, if it is another one than last time.
     *
     * @param properties by id; Strings, Booleans, numbers or Lists of such
     * @return whether components have something new to see
     * @throws IOException when it could not be stored; the former one holds
     */
    boolean publish(String pid, Map<String, Object> properties) throws IOException;

    /** Takes one away. */
    void withdraw(String pid) throws IOException;

    /**
     * What somebody else made of a configuration since it was handed over.
     *
     * @return by id, only what differs; an empty Optional for what was taken out
     */
    Map<String, Optional<Object>> edited(String pid);

    /**
     * Sets log levels.
     *
     * @param levels by section, only those that are set
     */
    void levels(Map<String, String> levels) throws IOException;
}
