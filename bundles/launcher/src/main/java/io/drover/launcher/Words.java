package io.drover.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The words behind a verb; each is taken once. For one thread. */
final class Words {

    private final String verb;
    private final List<String> left;

    Words(String verb, List<String> words) {
        this.verb = verb;
        this.left = new ArrayList<>(words);
    }

    String verb() {
        return verb;
    }

    /** Whether this option was given. */
    boolean flag(String name) {
        return left.remove(name);
    }

    /** The value of an option, as {@code --output FILE} or {@code --output=FILE}. */
    Optional<String> value(String name) throws StartException {
        for (int i = 0; i < left.size(); i++) {
            String word = left.get(i);
            if (word.startsWith(name + "=")) {
                left.remove(i);
                return Optional.of(word.substring(name.length() + 1));
            }
            if (word.equals(name)) {
                left.remove(i);
                if (i == left.size()) {
                    throw new StartException(ExitCode.USAGE, verb + " " + name + " needs a value");
                }
                return Optional.of(left.remove(i));
            }
        }
        return Optional.empty();
    }

    /** All that is left, which must not be options. */
    List<String> rest() throws StartException {
        for (String word : left) {
            if (word.startsWith("-")) {
                throw new StartException(ExitCode.USAGE, verb + " does not take " + word);
            }
        }
        List<String> rest = List.copyOf(left);
        left.clear();
        return rest;
    }

    /** Nothing may be left. */
    void end() throws StartException {
        if (!left.isEmpty()) {
            throw new StartException(ExitCode.USAGE, verb + " does not take " + left.get(0));
        }
    }
}
