package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/mdlayher/netlink"
	"github.com/ti-mo/conntrack"
	"github.com/ti-mo/netfilter"
)

func open() *conntrack.Conn {
	conn, err := conntrack.Dial(nil)
	check(err)
	return conn
}

// follow keeps a table of both directions, as an agent does that resolves NAT. The buffer is as large as ours, and a full one
// is passed over: without that the library ends at the first loss.
func follow(mode string) {
	table := make(map[key]key, 1<<17)
	events := make(chan conntrack.Event, 8192)
	listening := open()
	check(listening.SetReadBuffer(readBuffer()))
	check(listening.SetOption(netlink.NoENOBUFS, true))
	if mode == "dump" {
		read(table)
	}
	errors, err := listening.Listen(events, 1, []netfilter.NetlinkGroup{netfilter.GroupCTNew, netfilter.GroupCTDestroy})
	check(err)
	if mode != "dump" {
		read(table)
	}
	lines := make(chan bool)
	go func() {
		bufio.NewReader(os.Stdin).ReadString('\n')
		lines <- true
	}()
	fmt.Println("ready")
	for {
		select {
		case event := <-events:
			seen.Add(1)
			there, back := keys(event.Flow)
			if event.Type == conntrack.EventDestroy {
				delete(table, there)
				delete(table, back)
			} else {
				table[there] = back
				table[back] = there
			}
		case err := <-errors:
			fail(err.Error())
		case <-lines:
			fmt.Printf("{\"events\":%d,\"table\":%d}\n", seen.Load(), len(table)/2)
			return
		}
	}
}

func read(table map[key]key) {
	conn := open()
	flows, err := conn.Dump(nil)
	check(err)
	for i := range flows {
		there, back := keys(&flows[i])
		table[there] = back
		table[back] = there
	}
	conn.Close()
}

func keys(flow *conntrack.Flow) (key, key) {
	o, r := flow.TupleOrig, flow.TupleReply
	return key{o.IP.SourceAddress, o.IP.DestinationAddress, o.Proto.SourcePort, o.Proto.DestinationPort, o.Proto.Protocol},
		key{r.IP.SourceAddress, r.IP.DestinationAddress, r.Proto.SourcePort, r.Proto.DestinationPort, r.Proto.Protocol}
}

func dump() {
	conn := open()
	began := time.Now()
	flows, err := conn.Dump(nil)
	check(err)
	fmt.Printf("{\"entries\":%d,\"seconds\":%.4f}\n", len(flows), time.Since(began).Seconds())
}

// readBuffer is as large as that of the others, unless the part of the benchmark that fills it first says otherwise.
func readBuffer() int {
	if text := os.Getenv("BENCH_READ_BUFFER"); text != "" {
		bytes, err := strconv.Atoi(text)
		check(err)
		return bytes
	}
	return 16 << 20
}
