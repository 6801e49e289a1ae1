package io.drover.kubernetes.internal.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which parts of a document are read; the others are skipped without becoming objects. A pod of the
 * API server has some 10 kB, the names in it some hundred bytes. Immutable.
 */
public final class Shape {

    /** Everything but field ownership, which is as large as the object itself and of no use. */
    public static final Shape ALL = new Shape(Map.of(), true);

    /** Says in a bookmark that all objects were sent (KEP-3157). */
    static final String INITIAL_EVENTS_END = "k8s.io/initial-events-end";

    private static final String ANY = "*";

    /** What names an object, and what a Status says. */
    private static final List<String> ALWAYS =
            List.of(
                    "apiVersion",
                    "kind",
                    "code",
                    "message",
                    "metadata.name",
                    "metadata.namespace",
                    "metadata.uid",
                    "metadata.resourceVersion");

    private final Map<String, Shape> members;
    private final boolean all;

    private Shape(Map<String, Shape> members, boolean all) {
        this.members = members;
        this.all = all;
    }

    /**
     * Some parts of an object, and what names it.
     *
     * @param paths names with dots between, {@code *} for any name: {@code metadata.labels}, {@code
     *     spec.ports}; lists need no step of their own
     */
    public static Shape of(String... paths) {
        Map<String, Object> tree = new HashMap<>();
        for (String path : ALWAYS) {
            add(tree, path.split("\\.", -1), 0);
        }
        add(tree, new String[] {"metadata", "annotations", INITIAL_EVENTS_END}, 0);
        for (String path : paths) {
            add(tree, path.split("\\.", -1), 0);
        }
        return made(tree);
    }

    /** An event of a watch around an object of this shape. */
    Shape event() {
        return new Shape(Map.of("type", ALL, "object", this), false);
    }

    /** A list of objects of this shape. */
    Shape list() {
        return new Shape(Map.of("metadata", ALL, "items", this), false);
    }

    /** The shape of a member; null when it is not to be read. */
    Shape member(String name) {
        if (all) {
            return name.equals("managedFields") ? null : this;
        }
        Shape shape = members.get(name);
        return shape != null ? shape : members.get(ANY);
    }

    @SuppressWarnings("unchecked") // made by this method alone
    private static void add(Map<String, Object> tree, String[] names, int at) {
        if (at == names.length - 1) {
            tree.put(names[at], ALL);
        } else {
            Object below = tree.computeIfAbsent(names[at], name -> new HashMap<String, Object>());
            if (below instanceof Map<?, ?> map) {
                add((Map<String, Object>) map, names, at + 1);
            }
        }
    }

    @SuppressWarnings("unchecked") // made by add alone
    private static Shape made(Map<String, Object> tree) {
        Map<String, Shape> members = new HashMap<>();
        tree.forEach(
                (name, below) ->
                        members.put(
                                name,
                                below instanceof Shape shape
                                        ? shape
                                        : made((Map<String, Object>) below)));
        return new Shape(Map.copyOf(members), false);
    }
}
