package io.drover.security.internal.token;

import io.drover.security.internal.file.SecretsFolder;
import io.drover.security.internal.file.UnsafeException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Tokens as they lie on disk: 64 hex characters, at times with the end of a line. */
public final class TokenFile {

    private static final int TOKEN_BYTES = 32;
    private static final Pattern TOKEN = Pattern.compile("[0-9a-fA-F]{" + 2 * TOKEN_BYTES + "}");

    private TokenFile() {}

    /** The token of that name in the folder; made at the first start, once for all starters. */
    public static String readOrCreate(SecretsFolder folder, String name)
            throws IOException, UnsafeException {
        if (!folder.has(name)) {
            createOnce(folder, name);
        }
        return read(folder, name);
    }

    /** The token of that name in the folder. */
    public static String read(SecretsFolder folder, String name)
            throws IOException, UnsafeException {
        return token(folder.readSecret(name), folder.resolve(name));
    }

    /** A token that somebody else has put into {@code file}. */
    public static String readPlaced(SecretsFolder folder, Path file)
            throws IOException, UnsafeException {
        return token(folder.readPlaced(file), file);
    }

    private static void createOnce(SecretsFolder folder, String name)
            throws IOException, UnsafeException {
        Closeable lock = folder.lock();
        try {
            if (!folder.has(name)) {
                create(folder, name);
            }
        } finally {
            lock.close();
        }
    }

    /** 64 hex characters that nobody has seen before. */
    static String random() {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** The token as its file holds it. */
    static byte[] line(String token) {
        return (token + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static void create(SecretsFolder folder, String name) throws IOException {
        try {
            folder.createSecret(name, line(random()));
        } catch (FileAlreadyExistsException e) {
            // Somebody who does not know our lock was faster: theirs counts, if it is sound.
        }
    }

    static String token(byte[] content, Path file) throws UnsafeException {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        String line = withoutLineEnd(text);
        if (!TOKEN.matcher(line).matches()) {
            throw new UnsafeException(
                    "%s must hold %d hex characters, has %d characters"
                            .formatted(file, 2 * TOKEN_BYTES, line.length()),
                    "remove it for a new one, or write one: openssl rand -hex 32 > " + file);
        }
        return line;
    }

    private static String withoutLineEnd(String text) {
        if (text.endsWith("\r\n")) {
            return text.substring(0, text.length() - 2);
        }
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
