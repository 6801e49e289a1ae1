/** What is seen of pods and their usage. Follows the cluster; the rules are in {@code decide}. */
package io.drover.autoscaling.internal.source;
