package io.drover.kernel.internal;

/** Numbers and layouts of the kernel's interface on 64-bit machines; each with its header. */
final class Linux {

    // sys/socket.h, asm-generic/socket.h
    static final int AF_UNIX = 1;
    static final int AF_NETLINK = 16;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOL_SOCKET = 1;
    static final int SO_RCVBUF = 8;
    static final int SO_ATTACH_FILTER = 26;
    static final int SO_DETACH_FILTER = 27;
    static final int SO_RCVBUFFORCE = 33;
    static final int SO_MEMINFO = 55;
    static final int MSG_TRUNC = 0x20;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;

    // sys/un.h: struct sockaddr_un { u16 family; char path[108]; }
    static final int SUN_PATH_BYTES = 108;

    // linux/sock_diag.h: the words that SO_MEMINFO fills
    static final int MEMINFO_WORDS = 9;
    static final int MEMINFO_QUEUED = 0;
    static final int MEMINFO_RECEIVE_BUFFER = 1;
    static final int MEMINFO_DROPS = 8;

    // linux/netlink.h
    static final int NETLINK_NETFILTER = 12;
    static final int SOL_NETLINK = 270;
    static final int NETLINK_ADD_MEMBERSHIP = 1;
    static final int NETLINK_DROP_MEMBERSHIP = 2;
    static final int NETLINK_BROADCAST_ERROR = 4;
    static final int NETLINK_NO_ENOBUFS = 5;
    static final int NETLINK_LISTEN_ALL_NSID = 8;

    // linux/filter.h: struct sock_filter { u16 code; u8 jt; u8 jf; u32 k; }
    // struct sock_fprog { u16 length; struct sock_filter *program; }
    static final int SOCK_FILTER_BYTES = 8;
    static final int SOCK_FPROG_BYTES = 16;
    static final int SOCK_FPROG_PROGRAM = 8;

    // linux/netlink.h, linux/rtnetlink.h, linux/net_namespace.h
    static final int NETLINK_ROUTE = 0;
    static final int NLMSG_ERROR = 2;
    static final int NLM_F_REQUEST = 1;
    static final int NLM_F_ACK = 4;
    static final int RTM_NEWNSID = 88;
    static final int RTM_GETNSID = 90;
    static final int NETNSA_NSID = 1;
    static final int NETNSA_FD = 3;
    static final int NETNSA_NSID_NOT_ASSIGNED = -1;

    // struct sockaddr_nl { u16 family; u16 pad; u32 port; u32 groups; }
    static final int SOCKADDR_NL_BYTES = 12;
    static final int SOCKADDR_NL_PORT = 4;

    // struct mmsghdr { struct msghdr header; unsigned length; }
    static final int MMSGHDR_BYTES = 64;
    static final int MSG_IOV = 16;
    static final int MSG_IOVLEN = 24;
    static final int MSG_CONTROL = 32;
    static final int MSG_CONTROLLEN = 40;
    static final int MSG_FLAGS = 48;
    static final int MMSG_LENGTH = 56;

    // struct iovec { void *base; size_t length; }
    static final int IOVEC_BYTES = 16;

    // struct cmsghdr { size_t length; int level; int type; } and one int
    static final int CMSG_LEVEL = 8;
    static final int CMSG_TYPE = 12;
    static final int CMSG_DATA = 16;
    static final int CMSG_INT_LENGTH = 20;
    static final int CMSG_INT_SPACE = 24;

    // struct pollfd { int fd; short events; short revents; }
    static final int POLLFD_BYTES = 8;
    static final int POLLFD_EVENTS = 4;
    static final int POLLFD_REVENTS = 6;
    static final short POLLIN = 1;

    // sys/eventfd.h, fcntl.h, sched.h
    static final int EFD_NONBLOCK = 0x800;
    static final int EFD_CLOEXEC = 0x80000;
    static final int O_CLOEXEC = 0x80000;
    static final int CLONE_NEWNET = 0x40000000;

    // sys/resource.h: struct rlimit { u64 soft; u64 hard; }
    static final int RLIMIT_CORE = 4;
    static final int RLIMIT_BYTES = 16;

    // sys/prctl.h
    static final int PR_GET_DUMPABLE = 3;
    static final int PR_SET_DUMPABLE = 4;

    private Linux() {}
}
