#!/usr/bin/env python3
"""What those can do who mean no good: a running agent besieged by Debian's testssl.sh and slowhttptest, and by wrong tokens.

benchmarks/siege/run.py [PART...] [--tokens N] [--seconds N]
Parts: tls (testssl.sh finds nothing above LOW), slow (1,000 slow connections in four ways; another client's p99 stays within twice
what it was), tokens (N wrong tokens, 100,000: those that share 48 of 64 digits with the right one are answered as random ones,
and too many make their address wait); none: all. Ends with 1 where something of this does not hold.

Needs JDK 17, a built distribution, testssl.sh, slowhttptest. All traffic is on loopback.
"""
import argparse, json, math, os, random, shutil, socket, ssl, statistics, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.normpath(os.path.join(HERE, "../.."))
ASSEMBLY = os.path.join(TOP, "karaf-assembly/target/assembly")
PARTS = ["tls", "slow", "tokens"]
# slowhttptest's ways: headers without end, bodies without end, overlapping ranges, answers that are not read.
WAYS = {
    "headers": ["-H", "-i", "5"],
    "bodies": ["-B", "-i", "5", "-s", "8192"],
    "ranges": ["-R", "-a", "1", "-b", "1000"],
    "readers": ["-X", "-w", "1", "-y", "2", "-n", "5", "-z", "1", "-k", "3"],
}
CONNECTIONS = 1000
# Above this |t| two sets of times differ: the bound of dudect (Reparaz, Balasch, Verbauwhede 2017).
T_MAX = 4.5
FREE = 10000
SHARED = 48
LOUD = {"MEDIUM", "HIGH", "CRITICAL", "WARN", "FATAL"}
# What is said of every local authority: its leaves are renewed instead of revoked. And what testssl.sh says of its own openssl.
LEFT_OUT = {"cert_revocation", "engine_problem"}


class Agent:
    """One agent in a home of its own, with free ports."""

    def __init__(self, more):
        self.home = tempfile.mkdtemp(prefix="drover-siege-")
        os.makedirs(os.path.join(self.home, "etc"))
        with open(os.path.join(self.home, "etc/drover.yaml"), "w") as file:
            file.write("http: {api_port: 0, metrics_port: 0, health_port: 0%s}\ngrpc: {port: 0}\n%s" % more)
        self.log = open(os.path.join(self.home, "terminal"), "w+")
        self.process = subprocess.Popen([os.path.join(ASSEMBLY, "bin/drover"), "run", "--home", self.home],
                                        stdout=self.log, stderr=subprocess.STDOUT, env={"PATH": os.environ["PATH"], "KUBECONFIG": ""})
        deadline = time.time() + 90
        while " is ready after " not in self.text():
            if self.process.poll() is not None or time.time() > deadline:
                sys.exit("run.py: the agent did not become ready:\n" + self.text())
            time.sleep(0.1)
        self.port = json.load(open(os.path.join(self.home, "run/ports.json")))["api"]["port"]
        self.token = open(os.path.join(self.home, "secrets/local_token")).read().strip()
        self.authority = os.path.join(self.home, "secrets/ca.pem")

    def text(self):
        return open(self.log.name).read()

    def memory(self):
        """Resident memory in MiB, now and at its highest."""
        status = dict(line.split(":", 1) for line in open("/proc/%d/status" % self.process.pid) if ":" in line)
        return [int(status[key].split()[0]) // 1024 for key in ("VmRSS", "VmHWM")]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)
        shutil.rmtree(self.home)


class Client:
    """One TLS connection that is kept, from an address of loopback."""

    def __init__(self, agent, source="127.0.0.1"):
        context = ssl.create_default_context(cafile=agent.authority)
        raw = socket.create_connection(("127.0.0.1", agent.port), 10, (source, 0))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(raw, server_hostname="localhost")

    def get(self, token):
        """The status and the time until the whole answer is there, in seconds."""
        request = ("GET /api/v1/version HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n" % token).encode()
        begin = time.perf_counter()
        self.socket.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._more()
        head, body = answer.split(b"\r\n\r\n", 1)
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        while len(body) < length:
            body += self._more()
        return int(head.split()[1]), time.perf_counter() - begin, head

    def _more(self):
        part = self.socket.recv(16384)
        if not part:
            raise ConnectionError("the agent closed the connection")
        return part

    def close(self):
        self.socket.close()


def quantile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def tls(arguments):
    with Agent(("", "")) as agent:
        report = os.path.join(agent.home, "testssl.json")
        subprocess.run(["testssl", "--quiet", "--warnings", "off", "--color", "0", "--add-ca", agent.authority, "--ip", "127.0.0.1",
                        "--jsonfile", report, "localhost:%d" % agent.port], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        findings = json.load(open(report))
    protocols = [f["id"] for f in findings if f["id"] in ("TLS1_2", "TLS1_3") and "offered" in f["finding"]]
    loud = [f for f in findings if f["severity"] in LOUD and f["id"] not in LEFT_OUT]
    print("tls      %d findings, %d above LOW beside %s; offered: %s" % (
        len(findings), len(loud), ", ".join(sorted(LEFT_OUT)), ", ".join(protocols)))
    for finding in loud:
        print("         %(severity)s %(id)s: %(finding)s" % finding)
    return len(findings) > 50 and len(protocols) == 2 and not loud


def probe(agent, seconds, lost):
    """The times of another client, which asks 200 times a second. As clients of HTTP do (RFC 9112, 9.3.1), it asks once more over a
    new connection where a kept one was closed; that counts into the time."""
    times, client, end = [], None, time.time() + seconds
    while time.time() < end:
        begin = time.perf_counter()
        for again in (False, True):
            try:
                client = client or Client(agent)
                status, _, _ = client.get(agent.token)
                times.append(time.perf_counter() - begin)
                if status != 200:
                    lost.append("status %d" % status)
                break
            except (OSError, StopIteration) as e:
                client = None
                if again:
                    lost.append(repr(e))
        time.sleep(0.005)
    return times


def slow(arguments):
    good = True
    for way, options in WAYS.items():
        with Agent((", rate_per_second: 0", "")) as agent:
            lost = []
            probe(agent, 5, lost)
            before = probe(agent, arguments.seconds, lost)
            besieger = subprocess.Popen(["slowhttptest", "-c", str(CONNECTIONS), "-r", "250", "-l", str(arguments.seconds + 6), "-p", "3",
                                         *options, "-u", "https://127.0.0.1:%d/api/v1/version" % agent.port],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(5)
            during = probe(agent, arguments.seconds, lost)
            rss, most = agent.memory()
            besieger.terminate()
            besieger.wait()
        p = [quantile(before, 0.99), quantile(during, 0.99)]
        holds = p[1] <= 2 * p[0] and not lost
        good &= holds
        print("slow     %-8s p50 %.2f -> %.2f ms, p99 %.2f -> %.2f ms (%.2f x), %d of %d requests lost, RSS %d MiB (most %d)%s" % (
            way, *(1000 * quantile(t, 0.5) for t in (before, during)), *(1000 * x for x in p), p[1] / p[0], len(lost),
            len(before) + len(during) + len(lost), rss, most, "" if holds else "  DOES NOT HOLD"))
        for loss in sorted(set(lost)):
            print("         %d x %s" % (lost.count(loss), loss))
    return good


def t_of(a, b):
    """Welch's t."""
    return (statistics.fmean(a) - statistics.fmean(b)) / math.sqrt(statistics.variance(a) / len(a) + statistics.variance(b) / len(b))


def tokens(arguments):
    near, far, statuses = [], [], {}
    with Agent((", rate_per_second: 0", "security: {wrong_tokens_free: %d}\n" % FREE)) as agent:
        digits = "0123456789abcdef"
        close = agent.token[:-1] + digits[(digits.index(agent.token[-1]) + 1) % 16]
        dice = random.SystemRandom()
        left, source = arguments.tokens, 0
        while left > 0:
            source += 1
            client = Client(agent, "127.0.%d.%d" % (1 + source // 250, 1 + source % 250))
            client.get(agent.token)
            for _ in range(min(left, FREE)):
                # The same work of ours for both, and none twice: the server's parser remembers a connection's header lines.
                wrong = "".join(dice.choices(digits, k=64))
                choice = (wrong, agent.token[:SHARED] + wrong[SHARED:])
                like = dice.random() < 0.5
                status, took, _ = client.get(choice[like])
                (near if like else far).append(took)
                statuses[status] = statuses.get(status, 0) + 1
            client.close()
            left -= FREE
        # One more than is free from the last address, of which all were used when they are a multiple.
        client = Client(agent, "127.0.99.1")
        for _ in range(FREE):
            client.get(close)
        status, _, head = client.get(close)
        waits = status == 429 and b"retry-after:" in head.lower()
        right = client.get(agent.token)[0]
        client.close()
    # What a scheduler or a collector adds has nothing to do with the token: both sets are cut at the same time.
    cut = quantile(near + far, 0.95)
    t = t_of([x for x in near if x < cut], [x for x in far if x < cut])
    print("tokens   %d wrong ones, answers %s: median %.1f us near the right one, %.1f us random, t = %.2f (bound %.1f)" % (
        len(near) + len(far), statuses, 1e6 * statistics.median(near), 1e6 * statistics.median(far), t, T_MAX))
    print("tokens   wrong one number %d of an address: %d%s; the right one from there: %d" % (
        FREE + 1, status, " with Retry-After" if waits else "", right))
    return abs(t) < T_MAX and waits and right == 200 and set(statuses) == {401}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--tokens", type=int, default=100000)
    parser.add_argument("--seconds", type=int, default=20)
    arguments = parser.parse_args()
    for part in arguments.parts:
        if part not in PARTS:
            parser.error("there is no part %s; there are %s" % (part, ", ".join(PARTS)))
    if not os.access(os.path.join(ASSEMBLY, "bin/drover"), os.X_OK):
        sys.exit("run.py: there is no distribution yet; build it with: ./drover build")
    for program in ("testssl", "slowhttptest"):
        if not shutil.which(program):
            sys.exit("run.py: %s is missing; install it with: apt-get install testssl.sh slowhttptest" % program)
    good = True
    for part in arguments.parts or PARTS:
        good &= {"tls": tls, "slow": slow, "tokens": tokens}[part](arguments)
        sys.stdout.flush()
    sys.exit(0 if good else 1)


main()
