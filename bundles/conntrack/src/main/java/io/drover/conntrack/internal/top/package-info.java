/** Who opens the most connections, in sketches of bounded size. */
package io.drover.conntrack.internal.top;
