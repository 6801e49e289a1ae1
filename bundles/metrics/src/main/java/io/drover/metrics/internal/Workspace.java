package io.drover.metrics.internal;

import java.util.IdentityHashMap;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * All that one scrape needs and the next can use again: the series of each source, the page, the
 * bytes. Belongs to one scrape at a time.
 */
final class Workspace {

    /** RFC 1952: gzip, deflate, no time, unknown system. */
    private static final byte[] GZIP = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private static final int CHUNK = 16 * 1024;

    private final IdentityHashMap<Source, SourceSamples> samples = new IdentityHashMap<>();
    private final Page page = new Page();
    private final Bytes text = new Bytes();
    private final Bytes zipped = new Bytes();
    private final CRC32 checksum = new CRC32();
    private Deflater deflater;

    /** Which sources there were when it was made; others need another one. */
    private final long generation;

    Workspace(long generation) {
        this.generation = generation;
    }

    long generation() {
        return generation;
    }

    SourceSamples of(Source source) {
        return samples.computeIfAbsent(source, SourceSamples::new);
    }

    /** Somebody may still write there. */
    void giveUp(Source source) {
        samples.remove(source);
    }

    Page page() {
        return page;
    }

    Bytes text() {
        return text;
    }

    /** The text as gzip; fast rather than small, as most scrapes come from near. */
    Bytes zip() {
        if (deflater == null) {
            deflater = new Deflater(Deflater.BEST_SPEED, true);
        }
        zipped.clear();
        zipped.put(GZIP);
        deflater.setInput(text.array(), 0, text.length());
        deflater.finish();
        while (!deflater.finished()) {
            zipped.fill(deflater, CHUNK);
        }
        deflater.reset();
        checksum.reset();
        checksum.update(text.array(), 0, text.length());
        zipped.putLittleEndian((int) checksum.getValue());
        zipped.putLittleEndian(text.length());
        return zipped;
    }

    /** Gives the memory outside of the heap back. */
    void end() {
        if (deflater != null) {
            deflater.end();
            deflater = null;
        }
    }
}
