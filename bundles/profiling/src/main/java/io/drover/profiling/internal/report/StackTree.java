package io.drover.profiling.internal.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stacks that share their callers, with weights. Bounded: above the most nodes a stack is counted
 * at the deepest caller that is there already. For one thread.
 */
final class StackTree {

    private static final int NODES_MAX = 60_000;

    private final Node root = new Node(-1);
    private int nodes;
    private long shortened;

    /** One frame below its callers. */
    static final class Node {

        private final int frame;
        private final Map<Integer, Node> callees = new HashMap<>(4);
        private long total;
        private long self;

        private Node(int frame) {
            this.frame = frame;
        }

        int frame() {
            return frame;
        }

        /** The weight of stacks that run through it. */
        long total() {
            return total;
        }

        /** The weight of stacks that end in it. */
        long self() {
            return self;
        }

        /** Those that it calls, the heaviest first. */
        List<Node> callees() {
            List<Node> sorted = new ArrayList<>(callees.values());
            sorted.sort(Comparator.comparingLong(Node::total).reversed());
            return sorted;
        }
    }

    /**
     * Adds a stack.
     *
     * @param frames outermost first
     */
    void add(List<Integer> frames, long weight) {
        Node at = root;
        at.total += weight;
        for (int frame : frames) {
            Node next = at.callees.get(frame);
            if (next == null) {
                if (nodes == NODES_MAX) {
                    shortened++;
                    break;
                }
                nodes++;
                next = new Node(frame);
                at.callees.put(frame, next);
            }
            at = next;
            at.total += weight;
        }
        at.self += weight;
    }

    Node root() {
        return root;
    }

    /** Stacks that were counted at a caller because there were too many different ones. */
    long shortened() {
        return shortened;
    }

    /** What one method weighs. */
    record Weight(int frame, long self, long total) {}

    /**
     * The heaviest methods.
     *
     * @param bySelf by what they do themselves, else with all that they call
     */
    List<Weight> heaviest(boolean bySelf, int most) {
        Map<Integer, long[]> weights = new HashMap<>();
        List<Integer> path = new ArrayList<>();
        for (Node callee : root.callees.values()) {
            weigh(callee, path, weights);
        }
        Comparator<Weight> order =
                Comparator.comparingLong(bySelf ? Weight::self : Weight::total).reversed();
        return weights.entrySet().stream()
                .map(e -> new Weight(e.getKey(), e.getValue()[0], e.getValue()[1]))
                .filter(weight -> !bySelf || weight.self() > 0)
                .sorted(order)
                .limit(most)
                .toList();
    }

    private static void weigh(Node node, List<Integer> path, Map<Integer, long[]> weights) {
        long[] weight = weights.computeIfAbsent(node.frame, frame -> new long[2]);
        weight[0] += node.self;
        if (!path.contains(node.frame)) {
            // A method that calls itself is counted once.
            weight[1] += node.total;
        }
        path.add(node.frame);
        for (Node callee : node.callees.values()) {
            weigh(callee, path, weights);
        }
        path.remove(path.size() - 1);
    }
}
