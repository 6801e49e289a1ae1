/** Events: what becomes one of several equal ones, what is over budget, and the delivery. */
package io.drover.kubernetes.internal.event;
