// Command cluster is the world around a controller of autoscalers that is measured: it makes the objects on a real API server,
// follows their replicas as kubelets do, answers for metrics.k8s.io, starts the controllers and holds their figures against
// the bars. Started by run.sh, which says what the parts measure.
package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

var (
	part       = flag.String("part", "", "load or hpa")
	plane      = flag.String("plane", "", "directory of the control plane")
	bin        = flag.String("bin", "", "directory of kube-controller-manager")
	assembly   = flag.String("assembly", "", "directory of the agent's distribution")
	java       = flag.String("java", "java", "of the agent")
	work       = flag.String("work", "", "directory for homes and logs")
	objects    = flag.Int("objects", 0, "autoscalers; 0: those of the bar")
	namespaces = flag.Int("namespaces", 0, "that they are in; 0: a hundredth of the objects for load, a fiftieth for hpa")
	seconds    = flag.Int("seconds", 0, "of each measurement; 0: 120 for load, 90 for hpa")
	verbose    = flag.Bool("v", false, "what was asked after each change of the figures is printed")
	check      = flag.Bool("check", false, "1 is returned where a bar is not held")
)

const (
	heapBar       = 512 // MiB
	slipBar       = 1.0
	getsBar       = 0.05
	ratioBar      = 10.0
	reactionBar   = time.Second
	droverUser    = "admin"
	hpaUser       = "admin-ec"
	controllers   = 5
	clientQPS     = 1000 // of either controller: their own limits of 20 requests a second would be all that is measured
	lateness      = "drover_autoscaling_lateness_seconds"
	reconciles    = "drover_autoscaling_reconciles_total"
	hpaReconciles = "horizontal_pod_autoscaler_controller_reconciliations_total"
)

type bench struct {
	*world
	ctx   context.Context
	audit *audit
	held  bool
}

func main() {
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b := &bench{ctx: ctx, held: true}
	err := b.run()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "autoscaling/cluster:", err)
		os.Exit(70)
	case !b.held:
		fmt.Println("NOT all bars are held")
		if *check {
			os.Exit(1)
		}
	default:
		fmt.Println("all bars are held")
	}
}

func (b *bench) run() (err error) {
	if b.world, err = newWorld(filepath.Join(*plane, "kubeconfig.token")); err != nil {
		return err
	}
	if b.audit, err = openAudit(filepath.Join(*plane, "log/audit.log")); err != nil {
		return err
	}
	if err = b.serve(b.ctx); err != nil {
		return err
	}
	switch *part {
	case "load":
		return b.load()
	case "hpa":
		return b.compare()
	}
	return fmt.Errorf("there is no part %q", *part)
}

func orElse(value, otherwise int) int {
	if value == 0 {
		return otherwise
	}
	return value
}

func (b *bench) bar(holds bool, bar string) string {
	if holds {
		return "held: " + bar
	}
	b.held = false
	return "NOT held: " + bar
}

// --- the controllers

// drover is the agent as it is distributed, with the cluster features' bundles and the others.
type drover struct {
	*process
	metrics string
}

func (b *bench) drover(name string, options string, configuration map[string]any) (*drover, error) {
	home := filepath.Join(*work, name)
	if err := os.MkdirAll(filepath.Join(home, "etc"), 0o755); err != nil {
		return nil, err
	}
	text, err := json.Marshal(configuration) // which is YAML too
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(home, "etc/drover.yaml"), text, 0o644); err != nil {
		return nil, err
	}
	p, err := start(filepath.Join(*work, name+".log"), []string{"DROVER_JAVA_OPTS=" + options, "KUBECONFIG="},
		filepath.Join(*assembly, "bin/drover"), "run", "--home", home)
	if err != nil {
		return nil, err
	}
	d := &drover{process: p}
	err = p.await("the agent is ready and leads", 120, func() bool {
		var ports map[string]struct{ Port int }
		text, err := os.ReadFile(filepath.Join(home, "run/ports.json"))
		if err != nil || json.Unmarshal(text, &ports) != nil {
			return false
		}
		d.metrics = fmt.Sprintf("http://127.0.0.1:%d/metrics", ports["metrics"].Port)
		return d.series()["drover_autoscaling_leading"] == 1
	})
	return d, err
}

func (d *drover) series() map[string]float64 { return series(http.DefaultClient, d.metrics) }

func configuration(objects, checkMillis int) map[string]any {
	return map[string]any{
		"http": map[string]any{"api_port": 0, "metrics_port": 0, "health_port": 0}, "grpc": map[string]any{"port": 0},
		"kubernetes":  map[string]any{"kubeconfig": filepath.Join(*plane, "kubeconfig"), "qps": clientQPS, "burst": clientQPS},
		"autoscaling": map[string]any{"workers": controllers, "objects_max": objects, "check_interval_ms": checkMillis},
	}
}

type hpa struct {
	*process
	metrics string
	client  *http.Client
}

func (b *bench) hpaController(name, period string) (*hpa, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	p, err := start(filepath.Join(*work, name+".log"), nil, filepath.Join(*bin, "kube-controller-manager"),
		"--kubeconfig", filepath.Join(*plane, "kubeconfig.ec"), "--leader-elect=false", "--controllers=horizontal-pod-autoscaler-controller",
		"--bind-address=127.0.0.1", fmt.Sprint("--secure-port=", port), "--authorization-always-allow-paths=/metrics", "--cert-dir", filepath.Join(*work, name),
		fmt.Sprint("--concurrent-horizontal-pod-autoscaler-syncs=", controllers), "--horizontal-pod-autoscaler-sync-period="+period,
		fmt.Sprint("--kube-api-qps=", clientQPS), fmt.Sprint("--kube-api-burst=", clientQPS))
	if err != nil {
		return nil, err
	}
	h := &hpa{p, fmt.Sprintf("https://127.0.0.1:%d/metrics", port),
		&http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}}
	return h, p.await("the controller manager tells its figures", 60, func() bool { return len(h.series()) > 0 })
}

func (h *hpa) series() map[string]float64 { return series(h.client, h.metrics) }

// liveBytes: the next collection comes when the heap is twice what the last one left.
func (h *hpa) liveBytes() float64 { return h.series()["go_memstats_next_gc_bytes"] / 2 }

// freePort is one that nobody listens on now.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}

// --- what is measured of either

type span struct {
	wall, cpu, serverCPU time.Duration
	reconciles, scaled   float64
	begin, end           map[string]float64
	requests             []asked
	reactions            []time.Duration
	stepped              int
	ticks                []time.Time
}

type measured interface {
	pid() int
	series() map[string]float64
	await(what string, seconds int, holds func() bool) error
}

// measure lets the time go by; the figures change each time that the period is over.
func (b *bench) measure(of measured, user, counter string, wall, period time.Duration, among []*workload, stepped int, down bool) (span, error) {
	server := planePid("kube-apiserver")
	if _, err := b.audit.since(user); err != nil { // what was before
		return span{}, err
	}
	known := map[*workload]int{}
	for _, one := range among {
		one.mu.Lock()
		known[one] = len(one.steps)
		one.mu.Unlock()
	}
	s := span{begin: of.series()}
	began, cpuBefore, serverBefore := time.Now(), cpu(of.pid()), cpu(server)
	for end := began.Add(wall); time.Now().Before(end); {
		// The last figures have time to be answered.
		if time.Until(end) >= 2*period/3 {
			b.tick(among, stepped, down)
			s.ticks = append(s.ticks, b.tickAt)
		}
		select {
		case <-b.ctx.Done():
			return s, b.ctx.Err()
		case <-time.After(min(period, time.Until(end))):
		}
	}
	s.wall, s.cpu, s.serverCPU, s.end = time.Since(began), cpu(of.pid())-cpuBefore, cpu(server)-serverBefore, of.series()
	s.reconciles = sum(s.end, counter) - sum(s.begin, counter)
	var err error
	if s.requests, err = b.audit.since(user); err != nil {
		return s, err
	}
	written := map[string][]time.Time{}
	for _, each := range s.requests {
		if each.ObjectRef.Subresource == "scale" && (each.Verb == "patch" || each.Verb == "update") && each.Response.Code == 200 {
			key := each.ObjectRef.Namespace + "/" + each.ObjectRef.Name
			written[key] = append(written[key], each.At)
			s.scaled++
		}
	}
	for _, one := range among {
		one.mu.Lock()
		for _, step := range one.steps[known[one]:] {
			s.stepped++
			for _, at := range written[one.namespace+"/"+one.name] {
				if at.After(step.at) {
					s.reactions = append(s.reactions, at.Sub(step.at))
					break
				}
			}
		}
		one.mu.Unlock()
	}
	return s, nil
}

func planePid(name string) int {
	pid := 0
	text, _ := os.ReadFile(filepath.Join(*plane, "pid", name))
	_, _ = fmt.Sscan(string(text), &pid)
	return pid
}

// gets are what the API server was asked for: get, list and the begin of a watch are all a GET.
func (s span) gets() (gets, others float64) {
	for _, each := range s.requests {
		if each.Verb == "get" || each.Verb == "list" || each.Verb == "watch" {
			gets++
		} else {
			others++
		}
	}
	return gets, others
}

func (s span) print(who string) {
	if *verbose {
		s.after()
	}
	gets, others := s.gets()
	fmt.Printf("%-30s %8.0f reconciles/s; %.0f in %.0f s; CPU %.2f of a core, %.0f us for each; the API server %.2f of a core\n", who,
		s.reconciles/s.wall.Seconds(), s.reconciles, s.wall.Seconds(), s.cpu.Seconds()/s.wall.Seconds(),
		s.cpu.Seconds()*1e6/s.reconciles, s.serverCPU.Seconds()/s.wall.Seconds())
	fmt.Printf("%-30s %8.3f GETs for each reconcile, %.3f other requests; %s\n", "", gets/s.reconciles, others/s.reconciles, s.most())
	if s.stepped > 0 {
		fmt.Printf("%-30s %8.0f ms p99 from sample visible to scale written, p50 %.0f ms, max %.0f ms; %d of %d changes answered, %.0f scales written\n", "",
			millis(percentile(s.reactions, 0.99)), millis(percentile(s.reactions, 0.5)), millis(percentile(s.reactions, 1)),
			len(s.reactions), s.stepped, s.scaled)
	}
}

// after tells when which requests were made behind each change of the figures.
func (s span) after() {
	for i, tick := range s.ticks {
		type when struct {
			first, last time.Duration
			count       int
		}
		found := map[string]*when{}
		for _, each := range s.requests {
			at := each.At.Sub(tick)
			if at < 0 || at > 4*time.Second || i+1 < len(s.ticks) && each.At.After(s.ticks[i+1]) {
				continue
			}
			what := each.Verb + " " + each.ObjectRef.Resource + "/" + each.ObjectRef.Subresource
			if found[what] == nil {
				found[what] = &when{first: at}
			}
			found[what].last = at
			found[what].count++
		}
		for what, each := range found {
			fmt.Printf("   tick %d: %4d %-40s %6.0f to %6.0f ms\n", i, each.count, what, millis(each.first), millis(each.last))
		}
	}
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// most names the requests that were made most.
func (s span) most() string {
	counts := map[string]int{}
	for _, each := range s.requests {
		counts[strings.TrimSuffix(each.Verb+" "+each.ObjectRef.Resource+"/"+each.ObjectRef.Subresource, "/")]++
	}
	var names []string
	for name := range counts {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return counts[b] - counts[a] })
	var text []string
	for _, name := range names[:min(5, len(names))] {
		text = append(text, fmt.Sprint(counts[name], " ", name))
	}
	return strings.Join(text, ", ")
}
