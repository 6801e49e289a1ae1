/**
 * The wire format of ctnetlink: bytes to {@link ConntrackMessage} and back. Pure: no clock, thread
 * or I/O, and nothing is allocated for a message.
 */
package io.drover.conntrack.internal.codec;
