/**
 * A fragment of Pax Web: makes its Jetty server a service without ports, to which the bundle {@code
 * http} gives listeners.
 */
package io.drover.jetty;
