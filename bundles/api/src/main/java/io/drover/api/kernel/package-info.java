/**
 * The native edge: sockets and file descriptors of the Linux kernel, without any meaning. They
 * belong to the bundle {@code kernel}, so that the bundles that use them can be replaced.
 */
@Export
@Version("1.2.0")
package io.drover.api.kernel;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
