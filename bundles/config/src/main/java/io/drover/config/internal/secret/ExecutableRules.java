package io.drover.config.internal.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;

/**
 * Whether a program may be trusted with secrets: nobody but root and the agent's own user may be
 * able to change it or to put another in its place, and nobody else may read it, since it may hold
 * what opens the store.
 */
final class ExecutableRules {

    private static final int ROOT = 0;
    private static final int REGULAR = 0100000;
    private static final int TYPE = 0170000;
    private static final int STICKY = 01000;
    private static final int OWNER_EXECUTE = 0100;
    private static final int GROUP_RIGHTS = 0070;
    private static final int GROUP_WRITE = 0020;
    private static final int OTHER_RIGHTS = 0007;
    private static final int OTHER_WRITE = 0002;

    private ExecutableRules() {}

    /**
     * Follows links and looks at what is really run, and at all folders above it.
     *
     * @param command absolute
     * @param user the agent's own user id
     * @return the real path
     * @throws FetchException naming the rule that does not hold
     */
    static Path check(Path command, int user, boolean groupMayExecute) throws FetchException {
        Path real = real(command);
        Facts file = Facts.of(real);
        if ((file.mode & TYPE) != REGULAR) {
            throw new FetchException(command + " must be a regular file");
        }
        if (file.owner != ROOT && file.owner != user) {
            throw new FetchException(
                    command + " must belong to root or to user " + user + ", not " + file.owner);
        }
        if ((file.mode & OWNER_EXECUTE) == 0) {
            throw new FetchException(command + " must be executable");
        }
        if ((file.mode & OTHER_RIGHTS) != 0) {
            throw new FetchException(
                    command + " must give no rights to others, has " + file.octal());
        }
        int ofGroup = groupMayExecute ? GROUP_WRITE : GROUP_RIGHTS;
        if ((file.mode & ofGroup) != 0) {
            throw new FetchException(
                    command
                            + " must give its group no rights"
                            + (groupMayExecute
                                    ? " to write"
                                    : " (config.secret_backend_group_may_execute)")
                            + ", has "
                            + file.octal());
        }
        for (Path folder = real.getParent(); folder != null; folder = folder.getParent()) {
            folder(command, folder, user);
        }
        return real;
    }

    private static void folder(Path command, Path folder, int user) throws FetchException {
        Facts facts = Facts.of(folder);
        boolean foreign = facts.owner != ROOT && facts.owner != user;
        boolean open =
                (facts.mode & (GROUP_WRITE | OTHER_WRITE)) != 0 && (facts.mode & STICKY) == 0;
        if (foreign || open) {
            throw new FetchException(
                    command
                            + " must lie in folders that only root and user "
                            + user
                            + " can change, "
                            + folder
                            + (foreign
                                    ? " belongs to user " + facts.owner
                                    : " has " + facts.octal()));
        }
    }

    private static Path real(Path command) throws FetchException {
        if (!command.isAbsolute()) {
            throw new FetchException(command + " must be an absolute path");
        }
        try {
            return command.toRealPath();
        } catch (IOException e) {
            throw new FetchException(command + " must be there: " + e.getClass().getSimpleName());
        }
    }

    /** The user id of this process: that of what it has in /proc. */
    static int ownUser() throws FetchException {
        return Facts.of(Path.of("/proc/self")).owner;
    }

    private record Facts(int owner, int mode) {

        static Facts of(Path path) throws FetchException {
            try {
                Files.readAttributes(path, BasicFileAttributes.class);
                Map<String, Object> facts = Files.readAttributes(path, "unix:uid,mode");
                return new Facts((Integer) facts.get("uid"), (Integer) facts.get("mode"));
            } catch (IOException e) {
                throw new FetchException(
                        path + " must be readable: " + e.getClass().getSimpleName());
            }
        }

        String octal() {
            return "0" + Integer.toOctalString(mode & 07777);
        }
    }
}
