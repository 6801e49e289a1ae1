package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is one that this program started, and ends.
type process struct {
	command *exec.Cmd
	log     string
	ended   chan struct{}
}

func start(log string, environment []string, name string, arguments ...string) (*process, error) {
	file, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	command := exec.Command(name, arguments...)
	command.Stdout, command.Stderr = file, file
	command.Env = append(os.Environ(), environment...)
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := command.Start(); err != nil {
		return nil, err
	}
	p := &process{command, log, make(chan struct{})}
	go func() { _ = command.Wait(); _ = file.Close(); close(p.ended) }()
	return p, nil
}

func (p *process) stop() {
	_ = p.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(30 * time.Second):
		_ = p.command.Process.Kill()
		<-p.ended
	}
}

func (p *process) pid() int { return p.command.Process.Pid }

// await asks until it is true; ends with the process's log when it dies or the time is over.
func (p *process) await(what string, seconds int, holds func() bool) error {
	for end := time.Now().Add(time.Duration(seconds) * time.Second); !holds(); time.Sleep(100 * time.Millisecond) {
		dead := false
		select {
		case <-p.ended:
			dead = true
		default:
		}
		if dead || time.Now().After(end) {
			log, _ := os.ReadFile(p.log)
			return fmt.Errorf("not within %d s: %s (ended: %v)\n%s", seconds, what, dead, log[max(0, len(log)-4000):])
		}
	}
	return nil
}

// cpu is the time of all threads of a process so far.
func cpu(pid int) time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+2:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // USER_HZ is 100
}

func resident(pid int) float64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	match := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	if match == nil {
		return 0
	}
	kilo, _ := strconv.Atoi(string(match[1]))
	return float64(kilo) / 1024
}

// series reads a page of metrics: the whole name with its labels to the value.
func series(client *http.Client, url string) map[string]float64 {
	answer, err := client.Get(url)
	if err != nil {
		return nil
	}
	defer answer.Body.Close()
	found := map[string]float64{}
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if at := strings.LastIndexByte(line, ' '); at > 0 && line[0] != '#' {
			if value, err := strconv.ParseFloat(line[at+1:], 64); err == nil {
				found[line[:at]] = value
			}
		}
	}
	return found
}

func sum(all map[string]float64, name string) float64 {
	total := 0.0
	for key, value := range all {
		if key == name || strings.HasPrefix(key, name+"{") {
			total += value
		}
	}
	return total
}

// quantile is the upper bound of the bucket in which it lies, of what was observed between two pages.
func quantile(before, after map[string]float64, name string, share float64) (seconds float64, observed float64) {
	type bucket struct{ bound, count float64 }
	var buckets []bucket
	for key, value := range after {
		if match := regexp.MustCompile(`^` + name + `_bucket\{.*le="([^"]+)"`).FindStringSubmatch(key); match != nil {
			bound, _ := strconv.ParseFloat(match[1], 64)
			buckets = append(buckets, bucket{bound, value - before[key]})
		}
	}
	slices.SortFunc(buckets, func(a, b bucket) int {
		if a.bound < b.bound {
			return -1
		}
		return 1
	})
	if len(buckets) == 0 {
		return 0, 0
	}
	all := buckets[len(buckets)-1].count
	for _, each := range buckets {
		if each.count >= share*all {
			return each.bound, all
		}
	}
	return 0, all
}

func percentile(all []time.Duration, share float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[min(len(all)-1, int(share*float64(len(all))))]
}

// asked is one request as the API server's audit log has it.
type asked struct {
	Stage     string `json:"stage"`
	Verb      string `json:"verb"`
	User      struct{ Username string }
	ObjectRef struct{ Resource, Subresource, Namespace, Name string }
	Response  struct{ Code int } `json:"responseStatus"`
	At        time.Time          `json:"stageTimestamp"`
}

// audit is the API server's own account of who asked for what.
type audit struct {
	file   *os.File
	reader *bufio.Reader
	rest   []byte
}

func openAudit(path string) (*audit, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &audit{file: file, reader: bufio.NewReaderSize(file, 1<<20)}, nil
}

// since gives what was written since the last time, of one user.
func (a *audit) since(user string) ([]asked, error) {
	var found []asked
	for {
		line, err := a.reader.ReadBytes('\n')
		if err == io.EOF {
			a.rest = append(a.rest, line...)
			return found, nil
		} else if err != nil {
			return nil, err
		}
		if len(a.rest) > 0 {
			line, a.rest = append(a.rest, line...), nil
		}
		var one asked
		if err := json.Unmarshal(line, &one); err != nil {
			return nil, fmt.Errorf("audit log: %w: %s", err, line)
		}
		// A watch ends late: its begin counts.
		if one.User.Username == user && (one.Stage == "ResponseComplete" && one.Verb != "watch" || one.Stage == "ResponseStarted" && one.Verb == "watch") {
			found = append(found, one)
		}
	}
}

// live is what a full collection leaves of the heap of a JVM.
func live(java string, pid int) (float64, error) {
	out, err := exec.Command(filepath.Join(filepath.Dir(java), "jcmd"), strconv.Itoa(pid), "GC.class_histogram").Output()
	if err != nil {
		return 0, err
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	fields := strings.Fields(lines[len(lines)-1]) // Total, instances, bytes
	if len(fields) != 3 || fields[0] != "Total" {
		return 0, fmt.Errorf("not a histogram of classes: %s", lines[len(lines)-1])
	}
	return strconv.ParseFloat(fields[2], 64)
}

// collections reads the JVM's log of collections: the most that one left, and the longest.
func collections(path string) (peakMiB, longestMillis float64, count int, err error) {
	log, err := os.ReadFile(path)
	for _, match := range regexp.MustCompile(`Pause .*?(\d+)M->(\d+)M\(\d+M\) ([\d.]+)ms`).FindAllSubmatch(log, -1) {
		left, _ := strconv.ParseFloat(string(match[2]), 64)
		millis, _ := strconv.ParseFloat(string(match[3]), 64)
		peakMiB, longestMillis, count = max(peakMiB, left), max(longestMillis, millis), count+1
	}
	return peakMiB, longestMillis, count, err
}
