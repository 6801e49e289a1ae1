/** What the agent must be allowed to on the API server, as a manifest for RBAC. */
package io.drover.kubernetes.internal.rights;
