package io.drover.profiling.internal.upload;

import io.drover.api.intake.Content;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * One profile as the intake takes it, in version 4 of its format: multipart/form-data (RFC 7578)
 * with the part {@code event}, a JSON document about the part {@code main}, a recording that is
 * compressed by gzip. Immutable.
 */
final class ProfilePost implements Content {

    private final Spool.Waiting profile;
    private final List<String> tags;
    private final String boundary;

    /**
     * @param tags {@code name:value}
     * @param boundary what parts the parts; nothing that is in them
     */
    ProfilePost(Spool.Waiting profile, List<String> tags, String boundary) {
        this.profile = profile;
        this.tags = List.copyOf(tags);
        this.boundary = boundary;
    }

    @Override
    public String type() {
        return "multipart/form-data; boundary=" + boundary;
    }

    @Override
    public InputStream open() throws IOException {
        String head =
                part("event", "event.json", "application/json")
                        + event()
                        + "\r\n"
                        + part("main", "main.jfr", "application/octet-stream");
        String tail = "\r\n--" + boundary + "--\r\n";
        return new SequenceInputStream(
                Collections.enumeration(
                        List.of(bytes(head), Files.newInputStream(profile.file()), bytes(tail))));
    }

    private String part(String name, String file, String type) {
        return "--"
                + boundary
                + "\r\nContent-Disposition: form-data; name=\""
                + name
                + "\"; filename=\""
                + file
                + "\"\r\nContent-Type: "
                + type
                + "\r\n\r\n";
    }

    private String event() {
        return "{\"attachments\":[\"main.jfr\"],\"tags_profiler\":"
                + quoted(String.join(",", tags))
                + ",\"start\":"
                + quoted(profile.start().toString())
                + ",\"end\":"
                + quoted(profile.end().toString())
                + ",\"family\":\"java\",\"version\":\"4\"}";
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
