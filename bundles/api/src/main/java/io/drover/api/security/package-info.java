/** Who may do what: audiences, callers, tokens and the agent's TLS identity. */
@Export
@Version("1.0.0")
package io.drover.api.security;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
