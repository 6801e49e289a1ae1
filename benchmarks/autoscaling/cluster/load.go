package main

import (
	"fmt"
	"path/filepath"
	"time"
)

// load: 10,000 autoscalers at 15 s in one agent with 512 MiB of heap.
func (b *bench) load() error {
	count := orElse(*objects, 10_000)
	spaces := orElse(*namespaces, max(1, count/100))
	wall := time.Duration(orElse(*seconds, 120)) * time.Second
	planned := b.plan("load", count, spaces)
	began := time.Now()
	if err := b.create(b.ctx, planned, b.datadog("")); err != nil {
		return err
	}
	if err := b.world.run(b.ctx); err != nil {
		return err
	}
	fmt.Printf("%d autoscalers, %d pods in %d namespaces, made in %.0f s\n", count, count*restPods, spaces, time.Since(began).Seconds())
	b.tick(planned, 0, true)

	collected := filepath.Join(*work, "gc.log")
	began = time.Now()
	agent, err := b.drover("load", fmt.Sprintf("-Xmx%dm -Xmn64m -XX:MaxHeapFreeRatio=70 -Xlog:gc:file=%s:uptime", heapBar, collected), configuration(count, 15_000))
	if err != nil {
		return err
	}
	defer agent.stop()
	if err := agent.await("each was looked at", 180, func() bool { return sum(agent.series(), reconciles) >= float64(count) }); err != nil {
		return err
	}
	fmt.Printf("%-30s %8.1f s from the start of the agent until each was looked at\n", "first pass", time.Since(began).Seconds())
	// The first status of each is written once, and nobody waits for it: what is measured begins behind it.
	for i := 1; ; i++ {
		warm, err := b.measure(agent, droverUser, reconciles, 15*time.Second, 30*time.Second, planned, 0, true)
		if err != nil {
			return err
		}
		late, looks := quantile(warm.begin, warm.end, lateness, 0.99)
		if looks > 0 && late < slipBar {
			fmt.Printf("%-30s %8d s more until looks were in time\n", "", i*15)
			break
		} else if i == 12 {
			warm.print("not in time after 180 s")
			break
		}
	}

	s, err := b.measure(agent, droverUser, reconciles, wall, 30*time.Second, planned, count/100, true)
	if err != nil {
		return err
	}
	s.print("measured")
	gets, _ := s.gets()
	slip, late := quantile(s.begin, s.end, lateness, 0.99)
	peak, longest, pauses, err := collections(collected)
	if err != nil {
		return err
	}
	bytes, err := live(*java, agent.pid())
	if err != nil {
		return err
	}
	fmt.Printf("%-30s %8.3f s p99 at most, of %.0f looks by the clock; %s\n", "period slip", slip, late, b.bar(late > 0 && slip < slipBar, "< 1 s"))
	fmt.Printf("%-30s %8.3f; %s\n", "GETs for each reconcile", gets/s.reconciles, b.bar(gets/s.reconciles <= getsBar, "<= 0.05"))
	fmt.Printf("%-30s %8.0f MiB left by a collection at most, of -Xmx%dm; %.0f MiB live at the end, %.0f bytes for each object; %d collections, the longest %.0f ms; RSS %.0f MiB; %s\n",
		"heap", peak, heapBar, bytes/(1<<20), bytes/float64(count), pauses, longest, resident(agent.pid()), b.bar(peak <= heapBar, "<= 512 MiB"))
	demand := float64(count) / 15
	fmt.Printf("%-30s %8.0f reconciles/s of %.0f that 15 s ask for; %s\n", "pace", s.reconciles/s.wall.Seconds(), demand,
		b.bar(s.reconciles/s.wall.Seconds() >= 0.98*demand, ">= 0.98 of it"))
	return nil
}
