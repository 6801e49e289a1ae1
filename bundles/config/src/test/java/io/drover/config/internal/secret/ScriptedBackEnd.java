package io.drover.config.internal.secret;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Answers as the test says; remembers what it was asked. For one thread. */
final class ScriptedBackEnd implements BackEnd {

    final List<String> asked = new ArrayList<>();
    private final Map<String, Answer> answers = new HashMap<>();
    private String broken = "";

    ScriptedBackEnd value(String handle, String value) {
        answers.put(handle, new Answer(value, null));
        broken = "";
        return this;
    }

    ScriptedBackEnd error(String handle, String error) {
        answers.put(handle, new Answer(null, error));
        return this;
    }

    ScriptedBackEnd broken(String why) {
        broken = why;
        return this;
    }

    @Override
    public Map<String, Answer> ask(Program program, Collection<String> handles)
            throws FetchException {
        asked.add(String.join(" ", handles));
        if (!broken.isEmpty()) {
            throw new FetchException(broken);
        }
        Map<String, Answer> given = new HashMap<>(answers);
        given.keySet().retainAll(handles);
        return given;
    }
}
