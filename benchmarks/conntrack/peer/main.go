// Load and peers of the conntrack benchmark. Each word is a program of its own:
//
//	udp N RATE NAT   N new UDP flows at RATE a second (0: as fast as one core can), NAT of 1000 to the address that is translated
//	insert N NAT     N entries put into the kernel's table through ctnetlink, and left there
//	follow MODE      counts events with ti-mo/conntrack until a line comes on standard input; MODE is
//	                 join (join, then dump) or dump (dump, then join, as agents do)
//	dump             reads the whole table once with ti-mo/conntrack
package main

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

func main() {
	if len(os.Args) < 2 {
		fail("a word is missing: udp, insert, follow or dump")
	}
	switch os.Args[1] {
	case "udp":
		udp(number(2), number(3), number(4))
	case "insert":
		insert(number(2), number(3))
	case "follow":
		follow(os.Args[2])
	case "dump":
		dump()
	default:
		fail("no such word: " + os.Args[1])
	}
}

func number(at int) int {
	if at >= len(os.Args) {
		fail("a number is missing")
	}
	n, err := strconv.Atoi(os.Args[at])
	check(err)
	return n
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, "peer: "+why)
	os.Exit(2)
}

func check(err error) {
	if err != nil {
		fail(err.Error())
	}
}

type message struct {
	header unix.Msghdr
	length uint32
	_      uint32
}

const batch = 64

// udp sends one byte to an address of its own for each flow; 127.0.0.0/8 has 16 million. A flow is new as long as its
// address is. Translated ones go to 10.99.x.y, of which the namespace's rules know.
func udp(count, rate, nat int) {
	runtime.LockOSThread()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	check(err)
	check(unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	base := uint32(os.Getpid()) * 7919
	payload := []byte{1}
	vector := unix.Iovec{Base: &payload[0], Len: 1}
	addresses := make([]unix.RawSockaddrInet4, batch)
	messages := make([]message, batch)
	for i := range messages {
		addresses[i].Family = unix.AF_INET
		messages[i].header.Name = (*byte)(unsafe.Pointer(&addresses[i]))
		messages[i].header.Namelen = unix.SizeofSockaddrInet4
		messages[i].header.Iov = &vector
		messages[i].header.Iovlen = 1
	}
	began := time.Now()
	translated := 0
	for sent := 0; sent < count; {
		part := min(batch, count-sent)
		if rate > 0 {
			// In portions of a millisecond: what is due by now.
			due := int(time.Since(began).Seconds() * float64(rate))
			if due <= sent {
				time.Sleep(time.Millisecond)
				continue
			}
			part = min(part, due-sent)
		}
		for i := 0; i < part; i++ {
			which := sent + i
			number := base + uint32(which)
			addresses[i].Port = 9 << 8
			if which%1000 < nat {
				translated++
				// 10.99.1.0 to 10.99.128.255: neither the network's own address nor its broadcast, to which none may send.
				// Each has many ports.
				addresses[i].Addr = [4]byte{10, 99, 1 + byte(number>>8)&0x7f, byte(number)}
				port := uint16(1000 + (number>>15)&0x3fff)
				addresses[i].Port = port<<8 | port>>8
			} else {
				addresses[i].Addr = [4]byte{127, 1 + byte(number>>16)&0x7f, byte(number >> 8), byte(number)}
			}
		}
		done, _, errno := unix.Syscall6(unix.SYS_SENDMMSG, uintptr(fd), uintptr(unsafe.Pointer(&messages[0])), uintptr(part), 0, 0, 0)
		if errno != 0 && errno != unix.EINTR && errno != unix.EAGAIN && errno != unix.ECONNREFUSED && errno != unix.EPERM {
			fail("sendmmsg: " + errno.Error())
		}
		if errno == 0 {
			sent += int(done)
		}
	}
	elapsed := time.Since(began).Seconds()
	fmt.Printf("{\"flows\":%d,\"translated\":%d,\"seconds\":%.4f,\"rate\":%.0f}\n", count, translated, elapsed, float64(count)/elapsed)
}

// insert writes IPCTNL_MSG_CT_NEW requests by hand, some hundred in one datagram.
func insert(count, nat int) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_NETFILTER)
	check(err)
	check(unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}))
	check(unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUFFORCE, 4<<20))
	began := time.Now()
	buffer := make([]byte, 0, 1<<16)
	for i := 0; i < count; i++ {
		buffer = entry(buffer, uint32(i), i%1000 < nat)
		if len(buffer) > 1<<15 || i == count-1 {
			_, err := unix.Write(fd, buffer)
			check(err)
			buffer = buffer[:0]
		}
	}
	elapsed := time.Since(began).Seconds()
	fmt.Printf("{\"entries\":%d,\"seconds\":%.4f,\"rate\":%.0f}\n", count, elapsed, float64(count)/elapsed)
}

func entry(to []byte, number uint32, nat bool) []byte {
	start := len(to)
	to = append(to, make([]byte, 20)...)
	to[start+16] = unix.AF_INET
	source := [4]byte{10, byte(number >> 16), byte(number >> 8), byte(number)}
	target := [4]byte{172, 16, 0, 1}
	to = tuple(to, 1, source, target, 4000, 80)
	to = tuple(to, 2, target, source, 80, 4000)
	to = attribute(to, 7, []byte{0, 0, 14, 16}) // CTA_TIMEOUT, one hour
	if nat {
		// CTA_NAT_DST { CTA_NAT_V4_MINIP }
		inner := attribute(nil, 1, []byte{172, 17, byte(number >> 8), byte(number)})
		to = attribute(to, 13|0x8000, inner)
	}
	binary.NativeEndian.PutUint32(to[start:], uint32(len(to)-start))
	binary.NativeEndian.PutUint16(to[start+4:], 1<<8)
	binary.NativeEndian.PutUint16(to[start+6:], unix.NLM_F_REQUEST|unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	return to
}

func tuple(to []byte, kind uint16, source, target [4]byte, from, port uint16) []byte {
	ip := attribute(attribute(nil, 1, source[:]), 2, target[:])
	protocol := attribute(nil, 1, []byte{unix.IPPROTO_UDP})
	protocol = attribute(protocol, 2, binary.BigEndian.AppendUint16(nil, from))
	protocol = attribute(protocol, 3, binary.BigEndian.AppendUint16(nil, port))
	return attribute(to, kind|0x8000, attribute(attribute(nil, 1|0x8000, ip), 2|0x8000, protocol))
}

func attribute(to []byte, kind uint16, value []byte) []byte {
	to = binary.NativeEndian.AppendUint16(to, uint16(4+len(value)))
	to = binary.NativeEndian.AppendUint16(to, kind)
	to = append(to, value...)
	for len(to)%4 != 0 {
		to = append(to, 0)
	}
	return to
}

var seen atomic.Int64

type key struct {
	source, target netip.Addr
	from, to       uint16
	protocol       uint8
}
