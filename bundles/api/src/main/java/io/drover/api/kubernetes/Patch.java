package io.drover.api.kubernetes;

import java.util.Map;
import java.util.Objects;

/**
 * A JSON merge patch (RFC 7386) of one object.
 *
 * @param target the object; if its uid is known it must still have it
 * @param subresource {@code status}, {@code scale}, or empty for the object itself
 * @param resourceVersion the version that the object must still have; may be empty only where the
 *     uid of the target is known, for a change that is right whatever the object has become
 * @param body the changes: a member that is null is removed, lists are replaced whole
 */
public record Patch(
        ObjectRef target, String subresource, String resourceVersion, Map<String, Object> body) {

    public Patch {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(subresource, "subresource");
        Objects.requireNonNull(resourceVersion, "resourceVersion");
        Objects.requireNonNull(body, "body");
    }
}
