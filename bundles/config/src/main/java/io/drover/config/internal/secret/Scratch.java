package io.drover.config.internal.secret;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/**
 * A file for what goes into a program and what comes out of it: in memory where the system has such
 * a folder, readable by nobody else, without a name as soon as the program has opened it, and empty
 * when it is closed.
 *
 * <p>A pipe would need a thread that waits in a read, and nothing in the JDK ends that read while a
 * child of the program keeps the other end open.
 */
final class Scratch implements AutoCloseable {

    private static final Path IN_MEMORY = Path.of("/dev/shm");

    private final Path path;
    private final FileChannel channel;

    private Scratch(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static Scratch holding(String text) throws IOException {
        var owner =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path path =
                Files.isWritable(IN_MEMORY)
                        ? Files.createTempFile(IN_MEMORY, "drover-", "", owner)
                        : Files.createTempFile("drover-", "", owner);
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Scratch scratch = new Scratch(path, channel);
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return scratch;
    }

    Path path() {
        return path;
    }

    /** Takes the name away. */
    void hide() throws IOException {
        Files.deleteIfExists(path);
    }

    long size() throws IOException {
        return channel.size();
    }

    byte[] content() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
        channel.position(0);
        int read = 0;
        while (bytes.hasRemaining() && read >= 0) {
            read = channel.read(bytes);
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    @Override
    public void close() throws IOException {
        try (FileChannel closing = channel) {
            hide();
            closing.truncate(0);
        }
    }
}
