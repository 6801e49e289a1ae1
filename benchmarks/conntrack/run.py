#!/usr/bin/env python3
"""What following the kernel's connections costs: us, `conntrack -E` and a Go consumer on ti-mo/conntrack, in turns in one run.

benchmarks/conntrack/run.py [PART...] [--rounds N] [--tier 1|4] [--scale PART] [--check]
Parts: rates (1 k, 10 k, 100 k flows a second), full (as fast as one core can, by packets and by ctnetlink), half_million (events
without a collection of garbage), translated (kernel filter, 1 % NAT), ceiling, gap, swaps, loss, dump, latency, idle, memory;
none: all. --tier: of the JVM's compiler, 1 as the agent runs, 4 for both. --scale: less of each load, 0.1 for a trial of the
harness itself. At the end each bar of what was measured is held against its figure: ratios by the median, losses by the worst;
--check: 1 is returned where one is not held.

Needs root, JDK 17, Go (the module proxy once), cc, Debian's conntrack and nftables. All traffic stays in a network namespace
of its own. The producer is pinned to CPU 0, the consumer to CPU 1. CPU time is that of all threads of a process, those that have
ended counted, between the readiness of the consumer and the moment when it has taken everything.
"""
import argparse, contextlib, glob, json, os, shutil, statistics, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.normpath(os.path.join(HERE, "../.."))
TARGET = os.path.join(TOP, "benchmarks/target/conntrack")
NS = "drbench-%d" % os.getpid()
RULES = """
table inet t {
  chain in {
    type filter hook input priority 0
    ct state established,related accept
  }
}
table ip n {
  chain out {
    type nat hook output priority -100
    ip daddr 10.99.0.0/16 dnat to 127.0.0.9
  }
}
"""
BUFFER = 16 << 20
PARTS = ["rates", "full", "half_million", "translated", "ceiling", "gap", "swaps", "loss", "dump", "latency", "idle", "memory"]
# Bars: a figure of the table, how its rounds are taken together, and what it may be at most.
WORST, MEDIAN = max, statistics.median
BARS = [
    ("ratio | 100000/s | us / conntrack -E", MEDIAN, 0.45),
    ("ratio | 100000/s | us / go", MEDIAN, 0.25),
    ("ratio | 1 % NAT, 100000/s | us filtered / conntrack -E", MEDIAN, 0.06),
    ("translated | NAT entries missed", WORST, 0),
    ("full speed, packets | us | lost", WORST, 0),
    ("full speed, ctnetlink | us | lost", WORST, 0),
    ("half a million | lost", WORST, 0),
    ("half a million | collections of garbage", WORST, 0),
    ("loss | uncounted", WORST, 0),
    ("loss | healed after s", WORST, 1),
    ("start gap | us | missing", WORST, 0),
    ("swaps | missing", WORST, 0),
    ("memory | bytes per connection, 1 M entries", WORST, 100),
    ("memory | lookup ns, hit, 131 k entries", MEDIAN, 30),
    ("memory | bytes allocated per event, parse and table, 500 k events", WORST, 0),
    ("idle | wake-ups in 10 s", WORST, 0),
]


def sh(*words, **more):
    return subprocess.run(words, check=True, text=True, capture_output=True, **more).stdout


def inside(*words):
    return ["ip", "netns", "exec", NS, *words]


def build():
    os.makedirs(TARGET, exist_ok=True)
    classes = os.path.join(TARGET, "classes")
    shutil.rmtree(classes, ignore_errors=True)
    path = [os.path.join(TOP, "bundles", b, "target/classes") for b in ("api", "testing", "kernel", "conntrack")]
    for folder in path:
        if not os.path.isdir(folder):
            sys.exit("run.py: nothing is built yet; build it with: ./drover build")
    repository = os.path.expanduser("~/.m2/repository")
    # The newest of each: the build has fetched them.
    for pattern in ("net/java/dev/jna/jna/*/jna-*[0-9].jar", "org/slf4j/slf4j-api/2*/slf4j-api-*[0-9].jar",
                    "org/osgi/org.osgi.service.metatype.annotations/*/*[0-9].jar",
                    "org/osgi/org.osgi.service.component.annotations/*/*[0-9].jar", "org/osgi/osgi.core/*/*[0-9].jar"):
        found = sorted(glob.glob(os.path.join(repository, pattern)))
        if found:
            path.append(found[-1])
    sh("javac", "-proc:none", "-nowarn", "-d", classes, "-cp", ":".join(path), *glob.glob(os.path.join(HERE, "*.java")))
    sh("go", "build", "-o", os.path.join(TARGET, "peer"), ".", cwd=os.path.join(HERE, "peer"))
    sh("cc", "-O2", "-shared", "-fPIC", "-o", os.path.join(TARGET, "buffer.so"), os.path.join(HERE, "buffer.c"), "-ldl")
    return ":".join([classes] + path)


def cpu(pid):
    """Of a process since its start, in µs. By its clock, which counts threads that have ended as well: the JVM's compiler lets its own end."""
    # clock_getcpuclockid(3): the id is made of the process's number.
    return time.clock_gettime(~pid << 3 | 2) * 1e6


def switches(pid):
    total = 0
    for file in glob.glob("/proc/%d/task/*/status" % pid):
        with contextlib.suppress(OSError):
            total += sum(int(l.split()[1]) for l in open(file) if "voluntary_ctxt" in l)
    return total


def netlink(pid):
    """Bytes queued and messages dropped of a process's sockets."""
    queued = drops = 0
    inodes = set()
    for link in glob.glob("/proc/%d/fd/*" % pid):
        with contextlib.suppress(OSError):
            inodes.add(os.readlink(link)[8:-1])
    for line in sh(*inside("cat", "/proc/net/netlink")).splitlines()[1:]:
        words = line.split()
        if words[9] in inodes:
            queued += int(words[4])
            drops += int(words[8])
    return queued, drops


class Consumer:
    def __init__(self, words, env=None, ready=True, ask=None):
        self.process = subprocess.Popen(inside("taskset", "-c", "1", *words), stdin=subprocess.PIPE, stdout=subprocess.PIPE if ready else
                                        subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True, env={**os.environ, **(env or {})})
        self.pid = self.process.pid
        self.lines = ready
        if ready:
            line = self.process.stdout.readline().strip()
            if line != "ready":
                sys.exit("run.py: a consumer said: " + line)
        else:
            time.sleep(0.7)

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def settle(self):
        """Until its buffer is empty."""
        for _ in range(3000):
            if netlink(self.pid)[0] == 0:
                time.sleep(0.06)
                return
            time.sleep(0.01)
        sys.exit("run.py: a consumer does not empty its buffer")

    def end(self):
        self.process.kill()
        self.process.wait()


class Bench:
    def __init__(self, classpath, tier, scale):
        self.classpath = classpath
        self.tier = tier
        self.scale = scale
        self.figures = {}

    def us(self, *keys):
        # The agent's own options (bin/drover), but for the tier that is asked for.
        return Consumer(["java", "-XX:TieredStopAtLevel=%d" % self.tier, "-XX:+UseSerialGC", "-Xmx128m", "-cp", self.classpath,
                         "io.drover.conntrack.internal.Us", TARGET, "audit_interval_ms=0", *keys])

    def events(self, size=BUFFER):
        return Consumer(["conntrack", "-E", "-o", "id"], ready=False,
                        env={"LD_PRELOAD": os.path.join(TARGET, "buffer.so"), "BENCH_BUFFER": str(size)})

    def go(self, mode="join"):
        return Consumer([os.path.join(TARGET, "peer"), "follow", mode])

    def peer(self, *words):
        return json.loads(sh(*inside("taskset", "-c", "0", os.path.join(TARGET, "peer"), *map(str, words))))

    def count(self):
        return int(sh(*inside("conntrack", "-C")))

    def flush(self):
        subprocess.run(inside("conntrack", "-F"), capture_output=True)

    def note(self, name, value):
        self.figures.setdefault(name, []).append(value)

    def some(self, count):
        return max(1000, int(count * self.scale))

    def flows(self, name, make, count, rate, nat=0, warm=20000, load="udp"):
        """CPU per flow of one consumer."""
        count = self.some(count)
        self.flush()
        consumer = make()
        if warm:
            self.peer("udp", warm, 20000, nat)
            consumer.settle()
            self.flush()
            consumer.settle()
        # Being asked costs as well: before and after what is counted.
        known = consumer.tell("stats") if name.startswith("us") else None
        before, drops = cpu(consumer.pid), netlink(consumer.pid)[1]
        sent = self.peer("udp", count, rate, nat) if load == "udp" else self.peer("insert", count, 0)
        consumer.settle()
        spent = cpu(consumer.pid) - before
        lost = netlink(consumer.pid)[1] - drops
        line = {"cpu_us_per_flow": spent / count, "lost": lost, "rate": sent["rate"]}
        if known:
            now = consumer.tell("stats")
            seen = now["events"] - known["events"]
            line.update(events=seen, counted_lost=now["lost"] - known["lost"], gc=now["gc"] - known["gc"],
                        translated=sent.get("translated", 0))
        consumer.end()
        return line

    def compare(self, label, candidates, *arguments, **more):
        spent = {}
        for name, make in candidates:
            line = self.flows(name, make, *arguments, **more)
            spent[name] = line["cpu_us_per_flow"]
            for key, value in line.items():
                self.note("%s | %s | %s" % (label, name, key), value)
            print("  %-28s %-12s %s" % (label, name, "  ".join("%s=%s" % (k, round(v, 3)) for k, v in line.items())), flush=True)
        ours = candidates[0][0]
        for name in list(spent)[1:]:
            # Of the same round: what the machine does beside falls on both.
            self.note("ratio | %s | %s / %s" % (label, ours, name), spent[ours] / spent[name])

    def all(self):
        return [("us", self.us), ("conntrack -E", self.events), ("go", self.go)]

    def rates(self):
        for rate, count in ((1000, 3000), (10000, 30000), (100000, 180000)):
            self.compare("%d/s" % rate, self.all(), count, rate)

    def full(self):
        self.compare("full speed, packets", self.all(), 180000, 0)
        self.compare("full speed, ctnetlink", self.all(), 200000, 0, load="insert")

    def half_million(self):
        """Half a million events, beginnings and ends, as fast as they come."""
        self.flush()
        consumer = self.us()
        count = self.some(125000)
        self.peer("insert", count, 0)
        self.flush()
        consumer.settle()
        before = consumer.tell("stats")
        for _ in range(2):
            self.peer("insert", count, 0)
            consumer.settle()
            self.flush()
            consumer.settle()
        after = consumer.tell("stats")
        consumer.end()
        events, lost, gc = (after[key] - before[key] for key in ("events", "lost", "gc"))
        if events + lost != 4 * count:
            sys.exit("run.py: %d events and %d lost are not %d" % (events, lost, 4 * count))
        self.note("half a million | lost", lost)
        self.note("half a million | collections of garbage", gc)
        print("  half a million: %d events, lost %d, collections of garbage %d" % (events, lost, gc), flush=True)

    def translated(self):
        self.compare("1 % NAT, 100000/s", [("us filtered", lambda: self.us("connections=translated")), ("conntrack -E", self.events),
                                           ("go", self.go)], 180000, 100000, 10)
        line = self.flows("us filtered", lambda: self.us("connections=translated"), 200000, 0, 50)
        missed = line["translated"] - line["events"]
        self.note("translated | NAT entries", line["translated"])
        self.note("translated | NAT entries missed", missed)
        print("  NAT entries missed of %d: %d (lost %d)" % (line["translated"], missed, line["lost"]), flush=True)

    def ceiling(self):
        for name, make in (("us", lambda: self.us("receive_buffer_bytes=300000000", "back_pressure=false")),
                           ("conntrack -E", lambda: self.events(300000000)), ("go", self.go_large)):
            self.flush()
            consumer = make()
            self.peer("udp", 30000, 20000, 0)
            consumer.settle()
            self.flush()
            consumer.settle()
            os.kill(consumer.pid, 19)
            self.peer("udp", self.some(180000), 0, 0)
            before, began = cpu(consumer.pid), time.time()
            os.kill(consumer.pid, 18)
            while netlink(consumer.pid)[0] > 0:
                time.sleep(0.005)
            elapsed = time.time() - began
            self.note("ceiling | %s | events_per_s" % name, self.some(180000) / elapsed)
            self.note("ceiling | %s | cpu_ns_per_event" % name, (cpu(consumer.pid) - before) * 1000 / self.some(180000))
            print("  ceiling %-14s %d/s, %d ns CPU" % (name, *(self.figures["ceiling | %s | %s" % (name, key)][-1] for key in ("events_per_s", "cpu_ns_per_event"))), flush=True)
            consumer.end()

    def go_large(self):
        os.environ["BENCH_READ_BUFFER"] = "300000000"
        try:
            return self.go()
        finally:
            del os.environ["BENCH_READ_BUFFER"]

    def load(self, count, rate):
        return subprocess.Popen(inside("taskset", "-c", "0", os.path.join(TARGET, "peer"), "udp", str(count), str(rate), "0"),
                                stdout=subprocess.DEVNULL)

    def gap(self):
        """Flows that are not known after a start under 50 k flows a second."""
        for name, make in (("us", self.us), ("go, join first", self.go), ("go, dump first", lambda: self.go("dump"))):
            self.flush()
            load = self.load(self.some(200000), 50000)
            time.sleep(0.8 * self.scale)
            consumer = make()
            load.wait()
            consumer.settle()
            table = consumer.tell("stats")["table"] if name == "us" else consumer.tell("")["table"]
            missing = self.count() - table
            self.note("start gap | %s | missing" % name, missing)
            print("  start gap %-16s missing %d of %d" % (name, missing, self.count()), flush=True)
            consumer.end()

    def swaps(self, times=100):
        """Flows that are not known after each of many swaps under 50 k flows a second. One swap in each load: the start after it
        would read again what it missed."""
        missing, lost, longest, late, done = 0, 0, 0.0, 0, 0
        times = max(3, int(times * self.scale))
        consumer = self.us()
        while done < times:
            if (done + late) % 3 == 0:
                # The kernel's table has its bound.
                self.flush()
                consumer.settle()
            before = consumer.tell("stats")["lost"]
            load = self.load(75000, 50000)
            time.sleep(0.2)
            answer = consumer.tell("swap 1")
            ended = load.poll() is not None
            load.wait()
            consumer.settle()
            stats = consumer.tell("stats")
            missing += abs(self.count() - stats["table"])
            lost += stats["lost"] - before
            if ended:
                late += 1
                if late > 3 * times:
                    sys.exit("run.py: the load ends before the swaps do")
            else:
                done += 1
                longest = max(longest, answer["longest_ms"])
        self.note("swaps | swaps", done)
        self.note("swaps | missing", missing)
        self.note("swaps | events lost and read again", lost)
        self.note("swaps | longest ms", longest)
        print("  swaps: %d, missing %d, lost %d, longest %.0f ms (%d more ended after their load)" % (done, missing, lost, longest, late), flush=True)
        consumer.end()

    def loss(self):
        """A buffer of 128 KiB that does not grow, 200 k entries when it is healed: counted and healed?"""
        self.flush()
        self.peer("insert", self.some(160000), 10)
        consumer = self.us("receive_buffer_bytes=131072", "receive_buffer_max_bytes=131072", "back_pressure=false")
        before = consumer.tell("stats")
        self.peer("udp", 40000, 0, 0)
        began, there = time.time(), self.count()
        while True:
            stats = consumer.tell("stats")
            if stats["table"] == there and stats["state"] == "ACTIVE":
                break
            if time.time() - began > 60:
                sys.exit("run.py: not healed: %s, kernel has %d" % (stats, there))
            time.sleep(0.01)
        healed = time.time() - began
        events, lost = stats["events"] - before["events"], stats["lost"] - before["lost"]
        self.note("loss | uncounted", abs(40000 - events - lost))
        self.note("loss | lost", lost)
        self.note("loss | healed after s", healed)
        print("  128 KiB: %d seen + %d lost = %d of 40000, healed after %.2f s" % (events, lost, events + lost, healed), flush=True)
        consumer.end()

    def dump(self):
        self.flush()
        self.peer("insert", self.some(200000), 10)
        for name, words in (("conntrack -L", ["conntrack", "-L"]), ("go", [os.path.join(TARGET, "peer"), "dump"])):
            began = time.time()
            subprocess.run(inside("taskset", "-c", "1", *words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
            self.note("dump of 200 k | %s | s" % name, time.time() - began)
        for name, keys in (("us", []), ("us, translated", ["connections=translated"])):
            consumer = self.us(*keys)
            consumer.tell("swap 3")
            before = consumer.tell("stats")
            consumer.tell("swap 5")
            after = consumer.tell("stats")
            # Counters begin anew with each instance: the last one's reading.
            self.note("dump of 200 k | %s | s" % name, after["resync_seconds"])
            consumer.end()
        for name in self.figures:
            if name.startswith("dump"):
                print("  %s %.3f" % (name, self.figures[name][-1]), flush=True)

    def latency(self):
        self.flush()
        consumer = self.us()
        self.peer("udp", 20000, 20000, 0)
        for label, load in (("idle", None), ("under 10000/s", self.load(60000, 10000))):
            line = consumer.tell("latency 60")
            for key, value in line.items():
                self.note("latency to resolve | %s | %s" % (label, key), value)
            print("  latency %-14s %s" % (label, line), flush=True)
            if load:
                load.wait()
        consumer.end()

    def idle(self):
        self.flush()
        consumer = self.us()
        time.sleep(1)
        thread = [t for t in glob.glob("/proc/%d/task/*" % consumer.pid) if open(t + "/comm").read().startswith("drover-conntrac")][0]
        read = lambda: sum(int(l.split()[1]) for l in open(thread + "/status") if "ctxt" in l)
        before = read()
        time.sleep(10)
        woken = read() - before
        self.note("idle | wake-ups in 10 s", woken)
        print("  idle: %d wake-ups in 10 s" % woken, flush=True)
        consumer.end()

    def memory(self):
        out = sh("taskset", "-c", "1", "java", "-XX:TieredStopAtLevel=%d" % self.tier, "-XX:+UseSerialGC", "-Xmx400m", "-cp", self.classpath,
                 "io.drover.conntrack.internal.table.Footprint")
        for line in out.splitlines():
            name, value = line.rsplit(" ", 1)
            self.note("memory | " + name, float(value))
            print("  " + line, flush=True)

    def table(self):
        print("\n| figure | median |\n| --- | --- |")
        for name, values in self.figures.items():
            print("| %s | %s |" % (name.replace(" | ", ", "), round(statistics.median(values), 3)))

    def bars(self):
        """Whether each bar is held of which something was measured."""
        held = True
        print("\n| bar | at most | figure | |\n| --- | --- | --- | --- |")
        for name, together, most in BARS:
            if name in self.figures:
                figure = together(self.figures[name])
                held &= figure <= most
                print("| %s | %s | %s | %s |" % (name.replace(" | ", ", "), most, round(figure, 3), "held" if figure <= most else "NOT HELD"))
        return held


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=PARTS + [[]], help="what is measured")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tier", type=int, choices=(1, 4), default=1)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    bench = Bench(build(), options.tier, options.scale)
    sh("ip", "netns", "add", NS)
    try:
        sh("ip", "-n", NS, "link", "set", "lo", "up")
        sh("ip", "-n", NS, "addr", "add", "10.99.255.1/16", "dev", "lo")
        sh(*inside("nft", "-f", "-"), input=RULES)
        # Nothing ends by itself while two tables are compared.
        sh(*inside("sysctl", "-qw", "net.netfilter.nf_conntrack_udp_timeout=600"))
        print("compiler tier %d, %d rounds" % (options.tier, options.rounds), flush=True)
        for number in range(options.rounds):
            print("round %d" % (number + 1), flush=True)
            for part in options.parts or PARTS:
                getattr(bench, part)()
        bench.table()
        held = bench.bars()
    finally:
        subprocess.run(["ip", "netns", "delete", NS])
    if options.check and not held:
        sys.exit(1)


main()
