/**
 * The connections as they are known, in primitive arrays: one writer, any number of readers, no
 * object for a connection.
 */
package io.drover.conntrack.internal.table;
