/** The connection to the API server: kubeconfig, keys, requests, discovery, watches. */
package io.drover.kubernetes.internal.client;
