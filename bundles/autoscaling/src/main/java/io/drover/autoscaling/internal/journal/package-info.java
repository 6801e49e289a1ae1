/** What was decided, on disk: append-only, each line chained to the one before it by its hash. */
package io.drover.autoscaling.internal.journal;
