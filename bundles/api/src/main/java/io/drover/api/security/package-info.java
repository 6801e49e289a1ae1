/** Who may do what: audiences, callers, tokens, the audit and the agent's TLS identity. */
@Export
@Version("1.1.0")
package io.drover.api.security;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
