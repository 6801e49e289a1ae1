package io.drover.api.conntrack;

/**
 * Resolves translated addresses. Given by the bundle {@code conntrack}; any thread, no blocking.
 */
public interface Translations {

    /**
     * What the kernel does to packets of this tuple. Either direction may be asked for, and either
     * side of the translation: as the client sees it, or as the server does.
     *
     * @param protocol the IP protocol's number
     * @param tuple as the asker sees the packets
     * @param zone the conntrack zone, 0 for the default one
     * @param namespace inode of the network namespace that the asker is in; it is looked at first,
     *     then the one the agent follows. 0 for that one alone.
     */
    Resolution resolve(int protocol, Tuple tuple, int zone, long namespace);
}
