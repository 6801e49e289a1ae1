package io.drover.kubernetes.internal.watch;

/**
 * The order of resource versions. Those of the API server are decimal numbers of one sequence for
 * all objects of a resource (KEP-5504 promises so since Kubernetes 1.35; etcd's revisions were that
 * before). Pure.
 */
public final class Versions {

    private Versions() {}

    /** Whether {@code a} is known to be older than {@code b}; false where they have no order. */
    public static boolean older(String a, String b) {
        if (!ordered(a) || !ordered(b)) {
            return false;
        }
        return a.length() != b.length() ? a.length() < b.length() : a.compareTo(b) < 0;
    }

    private static boolean ordered(String version) {
        if (version.isEmpty() || version.charAt(0) == '0') {
            return false;
        }
        for (int i = 0; i < version.length(); i++) {
            if (version.charAt(i) < '0' || version.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
