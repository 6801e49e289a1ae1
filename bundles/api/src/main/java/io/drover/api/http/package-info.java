/**
 * Routes, which any bundle may publish as a service and which the bundle http serves, and its API
 * listener for whoever speaks another protocol over HTTP/2.
 */
@Export
@Version("1.3.0")
package io.drover.api.http;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
