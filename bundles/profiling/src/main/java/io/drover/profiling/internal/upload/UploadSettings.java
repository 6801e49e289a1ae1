package io.drover.profiling.internal.upload;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * How profiles are sent.
 *
 * @param waitingMax profiles kept on disk while they cannot be sent
 * @param service the name that the intake files them under
 * @param tags further ones, {@code name:value}
 */
public record UploadSettings(
        URI target,
        Duration period,
        Duration timeout,
        int waitingMax,
        String service,
        List<String> tags) {}
