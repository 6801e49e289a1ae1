package main

import (
	"fmt"
	"time"
)

// compare: the HPA controller of Kubernetes and Drover on as many objects each, on one API server, in turns.
func (b *bench) compare() error {
	count := orElse(*objects, 1_000)
	spaces := orElse(*namespaces, max(1, count/50))
	wall := time.Duration(orElse(*seconds, 90)) * time.Second

	// What either takes before there is anything to do.
	h, err := b.hpaController("hpa-idle", "15s")
	if err != nil {
		return err
	}
	agent, err := b.drover("drover-idle", "", configuration(count, 15_000))
	if err != nil {
		return err
	}
	time.Sleep(5 * time.Second)
	hpaIdle := h.liveBytes()
	droverIdle, err := live(*java, agent.pid())
	h.stop()
	agent.stop()
	if err != nil {
		return err
	}

	began := time.Now()
	theirs, ours := b.plan("hpa", count, spaces), b.plan("drover", count, spaces)
	if err := b.create(b.ctx, theirs, b.hpa); err != nil {
		return err
	}
	if err := b.create(b.ctx, ours, b.datadog("hpa")); err != nil {
		return err
	}
	if err := b.world.run(b.ctx); err != nil {
		return err
	}
	fmt.Printf("%d HorizontalPodAutoscalers and %d DatadogPodAutoscalers, %d pods each, in %d namespaces each, made in %.0f s; %d workers and %d requests/s for either\n",
		count, count, count*restPods, spaces, time.Since(began).Seconds(), controllers, clientQPS)
	b.tick(theirs, 0, false)

	// At the usual pace.
	if h, err = b.hpaController("hpa-15s", "15s"); err != nil {
		return err
	}
	defer h.stop()
	atRest, err := b.turn(h, hpaUser, hpaReconciles, "HPA controller, each 15 s", wall, theirs, count/20)
	if err != nil {
		return err
	}
	hpaBytes, hpaResident := (h.liveBytes()-hpaIdle)/float64(count), resident(h.pid())
	h.stop()
	if agent, err = b.drover("drover-15s", "", configuration(count, 15_000)); err != nil {
		return err
	}
	defer agent.stop()
	ownAtRest, err := b.turn(agent, droverUser, reconciles, "Drover, each 15 s", wall, ours, count/20)
	if err != nil {
		return err
	}
	bytes, err := live(*java, agent.pid())
	if err != nil {
		return err
	}
	ownBytes, ownResident := (bytes-droverIdle)/float64(count), resident(agent.pid())
	agent.stop()

	// As fast as they can.
	if h, err = b.hpaController("hpa-flat-out", "50ms"); err != nil {
		return err
	}
	defer h.stop()
	fast, err := b.turn(h, hpaUser, hpaReconciles, "HPA controller, flat out", wall/3, theirs, 0)
	if err != nil {
		return err
	}
	h.stop()
	if agent, err = b.drover("drover-flat-out", "", configuration(count, 100)); err != nil {
		return err
	}
	defer agent.stop()
	ownFast, err := b.turn(agent, droverUser, reconciles, "Drover, flat out", wall/3, ours, 0)
	if err != nil {
		return err
	}

	rate := (ownFast.reconciles / ownFast.wall.Seconds()) / (fast.reconciles / fast.wall.Seconds())
	fmt.Printf("%-30s %8.1f x the HPA controller's; %s\n", "reconciles/s, flat out", rate, b.bar(rate >= ratioBar, ">= 10 x"))
	reaction := percentile(ownAtRest.reactions, 0.99)
	all := len(ownAtRest.reactions) == ownAtRest.stepped && ownAtRest.stepped > 0
	fmt.Printf("%-30s %8.0f ms p99, the HPA controller's %.0f ms; %s\n", "reaction", millis(reaction), millis(percentile(atRest.reactions, 0.99)),
		b.bar(all && reaction <= reactionBar, "<= 1 s, each change answered"))
	gets, others := ownAtRest.gets()
	hpaGets, hpaOthers := atRest.gets()
	fmt.Printf("%-30s %8.1f a second, the HPA controller's %.1f; %s\n", "API requests at 15 s", (gets+others)/ownAtRest.wall.Seconds(),
		(hpaGets+hpaOthers)/atRest.wall.Seconds(), b.bar(gets/ownAtRest.reconciles <= getsBar, "GETs for each reconcile <= 0.05"))
	fmt.Printf("%-30s %8.0f bytes of heap for each object with its %d pods and more, the HPA controller's %.0f; RSS %.0f MiB, %.0f MiB\n", "memory",
		ownBytes, restPods, hpaBytes, ownResident, hpaResident)
	return nil
}

// turn warms one up, until each object was looked at, and measures it.
func (b *bench) turn(of measured, user, counter, what string, wall time.Duration, among []*workload, stepped int) (span, error) {
	if err := of.await("each was looked at", 120, func() bool { return sum(of.series(), counter) >= float64(len(among)) }); err != nil {
		return span{}, err
	}
	if _, err := b.measure(of, user, counter, 15*time.Second, 15*time.Second, among, 0, false); err != nil {
		return span{}, err
	}
	s, err := b.measure(of, user, counter, wall, 15*time.Second, among, stepped, false)
	if err == nil {
		s.print(what)
	}
	return s, err
}
