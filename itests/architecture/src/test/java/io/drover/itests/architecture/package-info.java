/**
 * Keeps the picture of docs/architecture.md true: who may import whom, and what a bundle of Drover
 * never has. The rules are pure functions over manifests and the feature file.
 */
package io.drover.itests.architecture;
