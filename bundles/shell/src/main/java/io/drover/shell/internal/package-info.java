/** The {@code drover:} commands of the Karaf console; thin over the services of the api. */
package io.drover.shell.internal;
