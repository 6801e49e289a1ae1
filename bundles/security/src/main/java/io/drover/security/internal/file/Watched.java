package io.drover.security.internal.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Tells whether any of some files is another one than it was. By looking, not by inotify: that sees
 * neither network file systems nor a mounted Secret, whose links are what changes. Used by one
 * thread.
 */
public final class Watched {

    private static final String ABSENT = "absent";

    private List<Path> files = List.of();
    private List<String> seen = List.of();

    /** Looks at these from now on, which are taken as they are now. */
    public void follow(List<Path> next) {
        files = List.copyOf(next);
        seen = stamps();
    }

    /** Whether one has changed since this was asked last; a link counts as what it leads to. */
    public boolean changed() {
        List<String> now = stamps();
        boolean changed = !now.equals(seen);
        seen = now;
        return changed;
    }

    private List<String> stamps() {
        List<String> stamps = new ArrayList<>(files.size());
        for (Path file : files) {
            stamps.add(stamp(file));
        }
        return stamps;
    }

    private static String stamp(Path file) {
        try {
            Map<String, Object> is = Files.readAttributes(file, "unix:ino,size,ctime,uid,mode");
            return is.get("ino")
                    + " "
                    + is.get("size")
                    + " "
                    + is.get("ctime")
                    + " "
                    + is.get("uid")
                    + " "
                    + is.get("mode");
        } catch (IOException e) {
            return ABSENT;
        }
    }
}
