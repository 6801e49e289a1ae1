package io.drover.config.internal.read;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The folder {@code etc} of the home: {@code drover.yaml}, then {@code conf.d/*.yaml} by name.
 * Neither has to be there. Safe for many threads.
 */
public final class SourceFolder {

    private static final String SUFFIX = ".yaml";

    private final Path etc;
    private final List<Path> named;

    public SourceFolder(Path etc) {
        this(etc, null);
    }

    private SourceFolder(Path etc, List<Path> named) {
        this.etc = etc;
        this.named = named;
    }

    /** In place of a folder these files, the weakest first, wherever they are. */
    public static SourceFolder of(List<Path> files) {
        return new SourceFolder(Path.of(""), List.copyOf(files));
    }

    /**
     * The files that there are, the weakest first. Hidden ones are left out: editors and ConfigMap
     * volumes keep their own things there.
     *
     * @throws IOException when a folder cannot be read
     */
    List<Path> files() throws IOException {
        if (named != null) {
            return named;
        }
        List<Path> files = new ArrayList<>();
        Path main = etc.resolve("drover.yaml");
        if (exists(main)) {
            files.add(main);
        }
        List<Path> more = new ArrayList<>();
        try (DirectoryStream<Path> folder = Files.newDirectoryStream(etc.resolve("conf.d"))) {
            for (Path file : folder) {
                String name = file.getFileName().toString();
                if (name.endsWith(SUFFIX) && !name.startsWith(".")) {
                    more.add(file);
                }
            }
        } catch (NoSuchFileException e) {
            return files;
        }
        Collections.sort(more);
        files.addAll(more);
        return files;
    }

    /** Also true of a link that leads nowhere: what it should lead to is missed, not left out. */
    private static boolean exists(Path file) throws IOException {
        try {
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** A file's name as it is told to people. */
    String named(Path file) {
        return Findings.printable(named != null ? file.toString() : "etc/" + etc.relativize(file));
    }

    /**
     * What would differ if a file were written, replaced, removed or reached through another link.
     * Costs one stat for each file. Reads no content.
     */
    public Map<String, String> fingerprint() {
        Map<String, String> marks = new TreeMap<>();
        try {
            for (Path file : files()) {
                marks.put(named(file), mark(file));
            }
        } catch (IOException e) {
            marks.put("etc", e.toString());
        }
        return marks;
    }

    private static String mark(Path file) {
        try {
            return Files.readAttributes(file, "unix:dev,ino,size,lastModifiedTime,ctime")
                    .toString();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
