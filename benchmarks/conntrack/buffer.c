/* Debian's conntrack 1.4.7 applies --buffer-size to another socket than the one it reads events from. This gives that one the
 * size which BENCH_BUFFER names, so that the peer is not compared with its hands tied. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <linux/netlink.h>

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
	int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "bind");
	const char *bytes = getenv("BENCH_BUFFER");
	if (bytes && address->sa_family == AF_NETLINK) {
		int size = atoi(bytes);
		setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
	}
	return real(fd, address, length);
}
