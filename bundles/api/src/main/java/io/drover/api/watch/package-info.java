/** Signs of life of the threads that work in rounds, so that a stuck one is found. */
@Version("1.0.0")
@Export
package io.drover.api.watch;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
