/**
 * Three listeners on Pax Web's server and the routes of all bundles behind them. {@code listen} has
 * the ports, {@code route} the decision about each request (pure), {@code serve} the way of an
 * answer.
 */
package io.drover.http.internal;
