package io.drover.profiling.internal.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The names of all frames of one report, each once. For one thread. */
final class Frames {

    private final List<String> names = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    int numberOf(String name) {
        return numbers.computeIfAbsent(
                name,
                added -> {
                    names.add(added);
                    return names.size() - 1;
                });
    }

    String name(int number) {
        return names.get(number);
    }

    List<String> names() {
        return names;
    }
}
