package io.drover.config.internal.secret;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that holds one secret. */
final class SecretFile {

    private SecretFile() {}

    /** The whole content; blanks around it do not count. */
    static String read(Path path, int bytesMax) throws FetchException {
        byte[] bytes;
        if (!Files.isRegularFile(path)) {
            throw new FetchException(
                    path + (Files.exists(path) ? " must be a regular file" : " must be there"));
        }
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(bytesMax + 1);
        } catch (IOException e) {
            throw new FetchException(path + " must be readable: " + e.getClass().getSimpleName());
        }
        if (bytes.length > bytesMax) {
            throw new FetchException(
                    path
                            + " must not be larger than "
                            + bytesMax
                            + " bytes (config.secret_bytes_max)");
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new FetchException(path + " must be UTF-8");
        }
    }

    /** What differs when the file was written, replaced, or is reached through another link. */
    static String mark(Path path) {
        try {
            return Files.readAttributes(path, "unix:dev,ino,size,lastModifiedTime,ctime")
                    .toString();
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        }
    }
}
