package io.drover.api.http;

import java.util.List;

/**
 * The routes of one bundle, published as a service. They are served while the service is there; the
 * list never changes during its life.
 */
public interface Routes {

    /** Never empty. */
    List<Route> routes();
}
