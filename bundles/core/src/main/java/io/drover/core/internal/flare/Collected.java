package io.drover.core.internal.flare;

import io.drover.api.flare.FlareFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The files of one source, redacted as they come. Written by the source's thread; closed by another
 * one when its time is over, after which it takes nothing more.
 */
final class Collected implements FlareFiles {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private final Redactor redactor;
    private final int fileBytes;
    private final List<Item> items = new ArrayList<>();
    private long roomLeft;
    private boolean closed;

    /**
     * @param room bytes that all its files together may take
     */
    Collected(Redactor redactor, int fileBytes, long room) {
        this.redactor = redactor;
        this.fileBytes = fileBytes;
        this.roomLeft = room;
    }

    /** One file, as it is stored. */
    static final class Item {

        private final String name;
        private final byte[] bytes;
        private final long cutBytes;
        private final boolean binary;
        private final Map<String, Integer> redactions;

        /**
         * @param cutBytes how much of its beginning is missing
         * @param binary whether it is stored as it was, without redaction
         * @param redactions by rule
         */
        Item(
                String name,
                byte[] bytes,
                long cutBytes,
                boolean binary,
                Map<String, Integer> redactions) {
            this.name = name;
            this.bytes = bytes;
            this.cutBytes = cutBytes;
            this.binary = binary;
            this.redactions = redactions;
        }

        String name() {
            return name;
        }

        int size() {
            return bytes.length;
        }

        byte[] bytes() {
            return bytes;
        }

        long cutBytes() {
            return cutBytes;
        }

        boolean binary() {
            return binary;
        }

        Map<String, Integer> redactions() {
            return redactions;
        }
    }

    @Override
    public void text(String name, String content) throws IOException {
        byte[] all = content.getBytes(StandardCharsets.UTF_8);
        int kept = Math.min(all.length, fileBytes);
        String end =
                kept == all.length
                        ? content
                        : new String(all, all.length - kept, kept, StandardCharsets.UTF_8);
        add(name, end, all.length - kept);
    }

    @Override
    public void copy(String name, Path file, boolean binary) throws IOException {
        // A link may lead to anything that this user can read.
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file + " is no regular file");
        }
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            long size = channel.size();
            long skipped = Math.max(0, size - fileBytes);
            ByteBuffer buffer = ByteBuffer.allocate((int) (size - skipped));
            channel.position(skipped);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                checkInterrupted();
            }
            byte[] bytes = java.util.Arrays.copyOf(buffer.array(), buffer.position());
            if (binary) {
                add(new Item(checked(name), bytes, skipped, true, Map.of()));
            } else {
                add(name, new String(bytes, StandardCharsets.UTF_8), skipped);
            }
        }
    }

    private void add(String name, String text, long cut) throws IOException {
        // The first line of an end may be the second half of a secret.
        int from = cut > 0 ? text.indexOf('\n') + 1 : 0;
        Redactor.Redacted redacted = redactor.redact(text.substring(from));
        checkInterrupted();
        add(
                new Item(
                        checked(name),
                        redacted.text().getBytes(StandardCharsets.UTF_8),
                        cut + from,
                        false,
                        redacted.counts()));
    }

    private synchronized void add(Item item) throws IOException {
        if (closed) {
            throw new IOException("too late for " + item.name());
        }
        if (item.size() > roomLeft) {
            throw new IOException("no room is left for " + item.name());
        }
        if (items.stream().anyMatch(there -> there.name().equals(item.name()))) {
            throw new IOException("there is already a file " + item.name());
        }
        roomLeft -= item.size();
        items.add(item);
    }

    /** No more files; those that came are the answer. */
    synchronized List<Item> close() {
        closed = true;
        return List.copyOf(items);
    }

    private static String checked(String name) throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new IOException("not a name of a file in a support bundle: " + name);
        }
        return name;
    }

    private static void checkInterrupted() throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new java.io.InterruptedIOException("its time is over");
        }
    }
}
