package io.drover.config.internal.read;

/**
 * How much is read at most; beyond a limit there is a finding, never more memory.
 *
 * @param fileBytes of one file
 * @param files in all
 * @param values in all files together
 */
public record ReadLimits(int fileBytes, int files, int values) {}
