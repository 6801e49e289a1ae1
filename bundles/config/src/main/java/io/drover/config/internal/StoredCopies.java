package io.drover.config.internal;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * The files in which Felix's Configuration Admin keeps configurations over a restart. Ours must not
 * outlive the process: at the next start components would begin with the values of the last one,
 * and begin again, on another port perhaps, a moment later.
 *
 * <p>Felix reads these files once, when it starts, and answers from memory from then on; so a copy
 * can go as soon as it is written, and not even a killed process leaves one behind. Its memory-only
 * mode ({@code felix.cm.pm=memory}) is no way: it hands out several objects for one PID, each with
 * a change count of its own, and Declarative Services then miss changes.
 */
final class StoredCopies {

    private final Optional<Path> folder;

    /**
     * @param folder where Felix keeps its files; empty when nothing is kept in files
     */
    StoredCopies(Optional<Path> folder) {
        this.folder = folder;
    }

    /** Those of this Configuration Admin. */
    static StoredCopies of(ConfigurationAdmin admin, BundleContext context) {
        String named = context.getProperty("felix.cm.dir");
        if (named != null) {
            return new StoredCopies(Optional.of(Path.of(named)));
        }
        Bundle bundle = FrameworkUtil.getBundle(admin.getClass());
        return new StoredCopies(
                Optional.ofNullable(bundle).map(b -> b.getDataFile("config")).map(File::toPath));
    }

    /**
     * Removes the copy of one configuration.
     *
     * @param pid of letters, digits and dots, which Felix makes folders of
     */
    void remove(String pid) throws IOException {
        if (folder.isPresent()) {
            Files.deleteIfExists(folder.get().resolve(pid.replace('.', '/') + ".config"));
        }
    }
}
