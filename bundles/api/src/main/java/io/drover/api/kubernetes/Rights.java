package io.drover.api.kubernetes;

import java.util.List;

/** What one bundle must be allowed to on the API server, published as a service. */
public interface Rights {

    /** In the order in which they are shown. Never changes during the life of the service. */
    List<Right> rights();
}
