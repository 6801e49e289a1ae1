package io.drover.http.internal.route;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A path as the client sent it, taken apart and decoded once. What two parties could read in two
 * ways is refused: encoded slashes, dot segments, empty segments, path parameters.
 */
final class RawPath {

    private RawPath() {}

    /** The path is not one that can be understood in one way alone; the message says why. */
    static final class MalformedException extends Exception {

        private static final long serialVersionUID = 1L;

        MalformedException(String rule) {
            super(rule, null, false, false);
        }
    }

    /**
     * The segments of {@code raw}, decoded. A slash at the end gives an empty last segment, which
     * no route has. Null stands for a request without a path, as by CONNECT.
     */
    static List<String> segments(String raw) throws MalformedException {
        if (raw == null || raw.isEmpty() || raw.charAt(0) != '/') {
            throw new MalformedException("a path begins with /");
        }
        List<String> segments = new ArrayList<>(8);
        int start = 1;
        while (true) {
            int slash = raw.indexOf('/', start);
            int end = slash < 0 ? raw.length() : slash;
            if (end == start && slash >= 0) {
                throw new MalformedException("a path has no empty segment");
            }
            segments.add(segment(raw.substring(start, end)));
            if (slash < 0) {
                return segments;
            }
            start = slash + 1;
        }
    }

    private static String segment(String raw) throws MalformedException {
        String decoded = raw.indexOf('%') < 0 ? raw : decode(raw);
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) == ';') {
                throw new MalformedException("a path has no parameters (;)");
            }
        }
        for (int i = 0; i < decoded.length(); i++) {
            char c = decoded.charAt(i);
            if (c == '/' || c == '\\') {
                throw new MalformedException("a segment of a path holds no slash or backslash");
            }
            if (Character.isISOControl(c)) {
                throw new MalformedException("a path holds no control characters");
            }
        }
        if (decoded.equals(".") || decoded.equals("..")) {
            throw new MalformedException("a path has no dot segments");
        }
        return decoded;
    }

    private static String decode(String raw) throws MalformedException {
        ByteBuffer bytes = ByteBuffer.allocate(raw.length() * 3);
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                bytes.put((byte) octet(raw, i));
                i += 2;
            } else {
                bytes.put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("what a path encodes is UTF-8");
        }
    }

    private static int octet(String raw, int percent) throws MalformedException {
        if (percent + 2 < raw.length()) {
            int high = Character.digit(raw.charAt(percent + 1), 16);
            int low = Character.digit(raw.charAt(percent + 2), 16);
            if (high >= 0 && low >= 0) {
                return high << 4 | low;
            }
        }
        throw new MalformedException("after % in a path there are two hexadecimal digits");
    }
}
