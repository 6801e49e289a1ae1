package io.drover.autoscaling.internal.decide;

import io.drover.api.kubernetes.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What an object says and nobody here does anything with: each a sentence that begins with the
 * field, for its condition {@code FieldsUnused}. Pure functions.
 */
final class Unused {

    private Unused() {}

    /** Of the whole spec. */
    static List<String> in(Map<String, Object> spec) {
        List<String> unused = new ArrayList<>();
        if (KubeObject.text(spec, "owner").equals("Remote")) {
            unused.add(
                    "spec.owner Remote: no service outside is asked for the spec, it is taken as it is here");
        }
        if (spec.containsKey("remoteVersion")) {
            unused.add("spec.remoteVersion: no service outside is asked for the spec");
        }
        options(KubeObject.map(spec, "options"), unused);
        return unused;
    }

    private static void options(Map<String, Object> options, List<String> unused) {
        if (Boolean.TRUE.equals(options.get("burstable"))) {
            unused.add("spec.options.burstable: a running pod keeps its CPU limit");
        }
        if (options.containsKey("outOfMemory")) {
            unused.add(
                    "spec.options.outOfMemory: nothing follows after a container ran out of memory");
        }
    }

    /** The queries of an objective that its formula does not name. */
    static List<String> queries(String field, Iterable<String> names, Iterable<String> used) {
        List<String> unused = new ArrayList<>();
        for (String name : names) {
            boolean named = false;
            for (String one : used) {
                named |= one.equals(name);
            }
            if (!named) {
                unused.add(field + " " + Spec.shown(name) + ": the formula does not name it");
            }
        }
        return unused;
    }
}
