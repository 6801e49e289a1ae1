package io.drover.config.internal;

import java.io.IOException;
import java.util.Map;

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
}
