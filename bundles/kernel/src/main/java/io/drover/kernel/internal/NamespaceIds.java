package io.drover.kernel.internal;

import com.sun.jna.Native;
import io.drover.api.kernel.KernelException;
import io.drover.api.kernel.NamespaceId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds network namespaces and asks the kernel for their ids (RTM_GETNSID). */
final class NamespaceIds {

    private static final Path NAMED = Path.of("/run/netns");
    private static final Path DOCKER = Path.of("/run/docker/netns");
    private static final Path PROCESSES = Path.of("/proc");
    private static final Path OWN = Path.of("/proc/thread-self/ns/net");
    private static final int ANSWER_BYTES = 4096;
    private static final int HEADER_BYTES = 16;

    /** struct rtgenmsg, padded. */
    private static final int BODY_BYTES = 4;

    private static final int ATTRIBUTE_BYTES = 8;

    private final int socket;
    private final ByteBuffer request = Memory.allocate(64);
    private final ByteBuffer answer = Memory.allocate(ANSWER_BYTES);

    private NamespaceIds(int socket) {
        this.socket = socket;
    }

    /** See {@link io.drover.api.kernel.Netlink#namespaces}. */
    static List<NamespaceId> find(Optional<Path> from, boolean giveIds, int max)
            throws KernelException {
        if (from.isEmpty()) {
            return here(giveIds, max);
        }
        try {
            return Namespaces.in(from.get(), () -> here(giveIds, max));
        } catch (KernelException | RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking for namespaces", e);
        } catch (Exception e) {
            // Callable's signature; the task throws nothing else.
            throw new IllegalStateException("look for network namespaces", e);
        }
    }

    private static List<NamespaceId> here(boolean giveIds, int max) throws KernelException {
        Map<Long, Path> files = files(max);
        int socket =
                LibC.socket(
                        Linux.AF_NETLINK, Linux.SOCK_RAW | Linux.SOCK_CLOEXEC, Linux.NETLINK_ROUTE);
        if (socket < 0) {
            throw new KernelException("open netlink socket of routes", Native.getLastError());
        }
        try {
            NamespaceIds ids = new NamespaceIds(socket);
            List<NamespaceId> found = new ArrayList<>();
            for (Map.Entry<Long, Path> one : files.entrySet()) {
                ids.id(one.getValue(), giveIds)
                        .ifPresent(
                                id -> found.add(new NamespaceId(id, one.getKey(), one.getValue())));
            }
            return found;
        } finally {
            LibC.close(socket);
        }
    }

    /** A file for each namespace but the own one; names win, they outlive a process. */
    private static Map<Long, Path> files(int max) {
        Map<Long, Path> files = new LinkedHashMap<>();
        long own = inode(OWN);
        for (Path folder : List.of(NAMED, DOCKER)) {
            for (Path file : children(folder, "*")) {
                add(files, file, own, max);
            }
        }
        for (Path process : children(PROCESSES, "[0-9]*")) {
            add(files, process.resolve("ns/net"), own, max);
        }
        return files;
    }

    private static void add(Map<Long, Path> files, Path file, long own, int max) {
        if (files.size() >= max) {
            return;
        }
        long inode = inode(file);
        if (inode != 0 && inode != own) {
            files.putIfAbsent(inode, file);
        }
    }

    private static List<Path> children(Path folder, String glob) {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
            entries.forEach(children::add);
        } catch (IOException | RuntimeException e) {
            // Not there, or not readable: nothing is found there.
            return children;
        }
        return children;
    }

    /** The file's inode, which for a namespace is its identity; 0 if it cannot be read. */
    private static long inode(Path file) {
        try {
            return ((Number) Files.getAttribute(file, "unix:ino")).longValue();
        } catch (IOException e) {
            return 0;
        }
    }

    /** The id of a namespace, -1 for none; empty if it is not there any more. */
    private Optional<Integer> id(Path file, boolean giveIds) throws KernelException {
        ByteBuffer path = Memory.cString(file.toString());
        int fd = LibC.open(Memory.addressOf(path), Linux.O_CLOEXEC);
        if (fd < 0) {
            return Optional.empty();
        }
        try {
            int id = ask(Linux.RTM_GETNSID, 0, fd);
            if (id == Linux.NETNSA_NSID_NOT_ASSIGNED && giveIds) {
                ask(Linux.RTM_NEWNSID, Linux.NLM_F_ACK, fd);
                id = ask(Linux.RTM_GETNSID, 0, fd);
            }
            return Optional.of(id);
        } finally {
            LibC.close(fd);
        }
    }

    private int ask(int type, int flags, int fd) throws KernelException {
        boolean give = type == Linux.RTM_NEWNSID;
        int length = HEADER_BYTES + BODY_BYTES + (give ? 2 : 1) * ATTRIBUTE_BYTES;
        request.clear();
        request.putInt(length).putShort((short) type);
        request.putShort((short) (Linux.NLM_F_REQUEST | flags)).putInt(1).putInt(0);
        request.putInt(0);
        attribute(Linux.NETNSA_FD, fd);
        if (give) {
            attribute(Linux.NETNSA_NSID, Linux.NETNSA_NSID_NOT_ASSIGNED);
        }
        if (LibC.send(socket, Memory.addressOf(request), length, 0) < 0) {
            throw new KernelException("ask for the id of a namespace", Native.getLastError());
        }
        long got = LibC.read(socket, Memory.addressOf(answer), ANSWER_BYTES);
        if (got < 0) {
            throw new KernelException("read the id of a namespace", Native.getLastError());
        }
        return idIn((int) got);
    }

    private void attribute(int type, int value) {
        request.putShort((short) ATTRIBUTE_BYTES).putShort((short) type).putInt(value);
    }

    /** A refusal (no right, a namespace that goes away) is an answer too: no id. */
    private int idIn(int length) {
        if (length < HEADER_BYTES + BODY_BYTES
                || Short.toUnsignedInt(answer.getShort(4)) == Linux.NLMSG_ERROR) {
            return Linux.NETNSA_NSID_NOT_ASSIGNED;
        }
        int at = HEADER_BYTES + BODY_BYTES;
        while (at + ATTRIBUTE_BYTES <= length) {
            int size = Short.toUnsignedInt(answer.getShort(at));
            if (Short.toUnsignedInt(answer.getShort(at + 2)) == Linux.NETNSA_NSID) {
                return answer.getInt(at + 4);
            }
            at += Math.max(4, size + 3 & ~3);
        }
        return Linux.NETNSA_NSID_NOT_ASSIGNED;
    }
}
