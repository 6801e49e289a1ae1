package io.drover.core.internal;

import io.drover.api.net.PortOwners;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the owner of a port by /proc: the listening socket's inode in {@code net/tcp} and {@code
 * net/tcp6}, then the process that has it open (proc(5)).
 */
final class ProcPortOwners implements PortOwners {

    private static final String LISTEN = "0A";
    private static final int STATE_COLUMN = 3;
    private static final int INODE_COLUMN = 9;

    private final Path proc;

    /**
     * @param proc where procfs is mounted: {@code /proc}
     */
    ProcPortOwners(Path proc) {
        this.proc = proc;
    }

    @Override
    public Optional<String> ownerOf(int port) {
        Set<String> sockets = new HashSet<>();
        listeningSockets(proc.resolve("net").resolve("tcp"), port, sockets);
        listeningSockets(proc.resolve("net").resolve("tcp6"), port, sockets);
        return sockets.isEmpty() ? Optional.empty() : holderOf(sockets);
    }

    private static void listeningSockets(Path table, int port, Set<String> sockets) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        List<String> lines;
        try {
            lines = Files.readAllLines(table);
        } catch (IOException noSuchFamily) {
            return;
        }
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            String[] columns = line.trim().split("\\s+");
            if (columns.length > INODE_COLUMN
                    && columns[1].endsWith(suffix)
                    && columns[STATE_COLUMN].equals(LISTEN)) {
                sockets.add("socket:[" + columns[INODE_COLUMN] + "]");
            }
        }
    }

    private Optional<String> holderOf(Set<String> sockets) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, sockets)) {
                    return Optional.of(nameOf(process) + " (pid " + process.getFileName() + ")");
                }
            }
        } catch (IOException | DirectoryIteratorException gone) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (sockets.contains(targetOf(file))) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException notOursOrGone) {
            return false;
        }
    }

    private static String targetOf(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private static String nameOf(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException gone) {
            return "a process";
        }
    }
}
