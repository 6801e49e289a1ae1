package io.drover.config.internal.secret;

import io.drover.config.internal.secret.BackEnd.Answer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads what a back end prints: {@code {"handle": {"value": "…", "error": null}, …}}, one JSON
 * document (RFC 8259) and nothing after it. Further members of an answer are passed over. Pure; no
 * message tells more of the output than a position.
 *
 * <p>A reader of our own: the only JSON library in the process is one that no bundle but {@code
 * http} may hold, and this is one shape.
 */
final class BackEndOutput {

    private static final int DEPTH_MAX = 16;
    private static final String ESCAPES = "\"\\/bfnrt";
    private static final String ESCAPED = "\"\\/\b\f\n\r\t";

    private final String text;
    private int at;

    private BackEndOutput(String text) {
        this.text = text;
    }

    /** The answers by handle. */
    static Map<String, Answer> parse(byte[] output) throws FetchException {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(output)).toString();
        } catch (CharacterCodingException e) {
            throw new FetchException("its output must be UTF-8");
        }
        return new BackEndOutput(text).document();
    }

    private Map<String, Answer> document() throws FetchException {
        Map<String, Answer> answers = new LinkedHashMap<>();
        expect('{', "an object of handles");
        if (!taken('}')) {
            do {
                String handle = name();
                if (answers.put(handle, answer()) != null) {
                    throw wrong("no handle twice");
                }
            } while (taken(','));
            expect('}', "the end of the object");
        }
        blanks();
        if (at < text.length()) {
            throw wrong("nothing after the document");
        }
        return answers;
    }

    private Answer answer() throws FetchException {
        String value = null;
        String error = null;
        expect('{', "an object with value and error");
        if (!taken('}')) {
            do {
                switch (name()) {
                    case "value" -> value = stringOrNull();
                    case "error" -> error = stringOrNull();
                    default -> skip(0);
                }
            } while (taken(','));
            expect('}', "the end of the object");
        }
        return new Answer(value, error);
    }

    private String name() throws FetchException {
        blanks();
        String name = string();
        expect(':', "a colon");
        return name;
    }

    private String stringOrNull() throws FetchException {
        blanks();
        if (text.startsWith("null", at)) {
            at += 4;
            return null;
        }
        return string();
    }

    private String string() throws FetchException {
        expect('"', "a string");
        StringBuilder out = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return whole(out);
            }
            if (c < 0x20) {
                throw wrong("no control character in a string");
            }
            out.append(c == '\\' ? escaped() : c);
        }
        throw wrong("the end of the string");
    }

    /** Half a surrogate pair, which an escape can write, is no text: nothing could send it on. */
    private String whole(StringBuilder out) throws FetchException {
        if (out.codePoints()
                .anyMatch(p -> p >= Character.MIN_SURROGATE && p <= Character.MAX_SURROGATE)) {
            throw wrong("no half of a surrogate pair");
        }
        return out.toString();
    }

    private char escaped() throws FetchException {
        if (at < text.length()) {
            char c = text.charAt(at++);
            int known = ESCAPES.indexOf(c);
            if (known >= 0) {
                return ESCAPED.charAt(known);
            }
            if (c == 'u' && at + 4 <= text.length()) {
                int point = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = Character.digit(text.charAt(at++), 16);
                    if (digit < 0 || text.charAt(at - 1) > 'f') {
                        throw wrong("four hexadecimal digits");
                    }
                    point = point * 16 + digit;
                }
                return (char) point;
            }
        }
        throw wrong("an escape that JSON has");
    }

    /** Passes over one value of any kind. */
    private void skip(int depth) throws FetchException {
        if (depth > DEPTH_MAX) {
            throw wrong("no deeper nesting");
        }
        blanks();
        char first = at < text.length() ? text.charAt(at) : ' ';
        if (first == '"') {
            string();
        } else if (first == '{' || first == '[') {
            at++;
            char end = first == '{' ? '}' : ']';
            if (!taken(end)) {
                do {
                    if (first == '{') {
                        name();
                    }
                    skip(depth + 1);
                } while (taken(','));
                expect(end, "the end of a value");
            }
        } else {
            literal();
        }
    }

    private void literal() throws FetchException {
        int begin = at;
        while (at < text.length()
                && "+-.0123456789abcdefghijklmnopqrstuvwxyzE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String word = text.substring(begin, at);
        if (!word.matches("true|false|null|-?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d+)?")) {
            throw wrong("a value");
        }
    }

    private boolean taken(char c) {
        blanks();
        boolean there = at < text.length() && text.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private void expect(char c, String what) throws FetchException {
        if (!taken(c)) {
            throw wrong(what);
        }
    }

    private void blanks() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private FetchException wrong(String expected) {
        return new FetchException(
                "its output must be JSON: at character " + (at + 1) + " there must be " + expected);
    }
}
