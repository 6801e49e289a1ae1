/** The agent's profile of itself: ring, reports, upload. */
package io.drover.profiling.internal;
