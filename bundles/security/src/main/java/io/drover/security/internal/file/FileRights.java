package io.drover.security.internal.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * Decides whether a file is ours alone.
 *
 * @param uid whose files this process makes
 */
public record FileRights(int uid) {

    private static final int ROOT = 0;
    private static final int OTHERS_WRITE = 0022;
    private static final int OTHERS_ALL = 0077;

    /** Of this process's own user, as the kernel says it: a name may stand for several ids. */
    public static FileRights ofThisProcess() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/status"));
        for (String line : lines) {
            if (line.startsWith("Uid:")) {
                // Real, effective, saved, file system: the last one owns what is created.
                return new FileRights(Integer.parseInt(line.strip().split("\\s+")[4]));
            }
        }
        throw new IOException("/proc/self/status has no line Uid");
    }

    /** Another user's file could be changed by that user at any time. */
    public void refuseForeign(Path file) throws IOException, UnsafeException {
        int owner = ownerOf(file);
        if (owner != uid) {
            throw new UnsafeException(
                    file + " belongs to user id " + owner + ", not to " + uid + " who runs this",
                    "chown " + uid + " " + file);
        }
    }

    /** Root may place files for everybody. */
    public void refuseUntrusted(Path file) throws IOException, UnsafeException {
        if (ownerOf(file) != ROOT) {
            refuseForeign(file);
        }
    }

    public void refuseReadable(Path file) throws IOException, UnsafeException {
        refuse(file, OTHERS_ALL, "is open to other users", "chmod 600 " + file);
    }

    public void refuseWritable(Path file) throws IOException, UnsafeException {
        refuse(file, OTHERS_WRITE, "can be written by other users", "chmod go-w " + file);
    }

    private static void refuse(Path file, int bits, String what, String remedy)
            throws IOException, UnsafeException {
        int mode = attribute(file, "unix:mode");
        if ((mode & bits) != 0) {
            throw new UnsafeException(
                    "%s %s (mode %04o)".formatted(file, what, mode & 07777),
                    remedy + ", or remove it if others may have used it");
        }
    }

    private static int ownerOf(Path file) throws IOException, UnsafeException {
        if (Files.isSymbolicLink(file)) {
            throw new UnsafeException(
                    file + " is a symbolic link", "put the file itself there, or remove the link");
        }
        return attribute(file, "unix:uid");
    }

    private static int attribute(Path file, String name) throws IOException {
        return (Integer) Files.getAttribute(file, name, LinkOption.NOFOLLOW_LINKS);
    }
}
