"""A client of drover.v1 in another language, made from the published proto files: the stories use it because nobody here
wrote what is below it. Prints one line for each thing that it saw; exits with 0 when all was as it must be.

  grpc_client.py PROTO_FOLDER TARGET CA_FILE TOKEN_FILE check
  grpc_client.py PROTO_FOLDER TARGET CA_FILE TOKEN_FILE follow SECONDS STREAMS    follows events over every swap
  grpc_client.py PROTO_FOLDER TARGET CA_FILE TOKEN_FILE ask CELLS_FILE            calls each method with each credential
  grpc_client.py PROTO_FOLDER TARGET CA_FILE TOKEN_FILE burden IDLE SLOW FILL FLOWS SIGNS
                                                      reads FLOWS flows alone (till SIGNS/alone), then holds streams that are idle and
                                                      streams that it does not read; after FILL flows (SIGNS/full) it reads as before, for
                                                      FLOWS more (SIGNS/over). When each was sent is in SIGNS/sent
  grpc_client.py PROTO_FOLDER TARGET CA_FILE TOKEN_FILE harm
                                                      sends frames and messages that no honest client would
"""
import json, os, socket, ssl, struct, subprocess, sys, tempfile, threading, time

from concurrent.futures import ThreadPoolExecutor

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status


def compiled(protos):
    out = tempfile.mkdtemp(prefix="drover-proto-")
    files = sorted(os.path.join("drover/v1", name) for name in os.listdir(os.path.join(protos, "drover/v1")))
    subprocess.run([sys.executable, "-m", "grpc_tools.protoc", "-I", protos, "--python_out", out, "--grpc_python_out", out] + files,
                   check=True, cwd=protos)
    sys.path.insert(0, out)
    return out


PROTOS, TARGET, CA, TOKEN = sys.argv[1:5]
compiled(PROTOS)
from drover.v1 import (agent_pb2, agent_pb2_grpc, autoscaling_pb2, autoscaling_pb2_grpc, config_pb2, config_pb2_grpc,  # noqa: E402
                       connections_pb2, connections_pb2_grpc, control_pb2, control_pb2_grpc, details_pb2)


def channel(*options):
    with open(CA, "rb") as file:
        credentials = grpc.ssl_channel_credentials(file.read())
    return grpc.secure_channel(TARGET, credentials, options=options)


def bearer():
    with open(TOKEN, encoding="ascii") as file:
        return (("authorization", "Bearer " + file.read().strip()),)


def details(error):
    found = {}
    status = rpc_status.from_call(error)
    for any_ in (status.details if status else []):
        for kind in (error_details_pb2.ErrorInfo, error_details_pb2.BadRequest, error_details_pb2.RetryInfo, details_pb2.ResumePoint):
            message = kind()
            if any_.Is(kind.DESCRIPTOR):
                any_.Unpack(message)
                found[kind.DESCRIPTOR.name] = message
    return found


def refused(call, code, reason):
    try:
        call()
    except grpc.RpcError as error:
        told = details(error)
        assert error.code() == code, (error.code(), error.details())
        assert told["ErrorInfo"].domain == "drover.io", told
        assert told["ErrorInfo"].reason == reason, told
        return told
    raise AssertionError("was not refused with " + str(code))


def check():
    metadata = bearer()
    with channel() as made:
        agent = agent_pb2_grpc.AgentStub(made)
        print("version", agent.GetVersion(agent_pb2.GetVersionRequest(), metadata=metadata, timeout=20).version)
        startup = agent.GetStartup(agent_pb2.GetStartupRequest(), metadata=metadata, timeout=20)
        assert startup.started and all(step.history for each in startup.subsystems for step in each.steps)
        print("startup", len(startup.subsystems), "subsystems")

        config = config_pb2_grpc.ConfigStub(made)
        watch = config.WatchConfig(config_pb2.WatchConfigRequest(), metadata=metadata, timeout=20)
        snapshot = next(watch)
        assert snapshot.snapshot.settings and snapshot.sequence > 0
        watch.cancel()
        print("config", len(snapshot.snapshot.settings), "keys")

        refused(lambda: agent.GetVersion(agent_pb2.GetVersionRequest(), timeout=20), grpc.StatusCode.UNAUTHENTICATED, "TOKEN_INVALID")
        refused(lambda: agent.GetVersion(agent_pb2.GetVersionRequest(), metadata=(("authorization", "Bearer x"),), timeout=20),
                grpc.StatusCode.UNAUTHENTICATED, "TOKEN_INVALID")
        connections = connections_pb2_grpc.ConnectionsStub(made)
        bad = connections_pb2.ListConnectionsRequest(filter=connections_pb2.ConnectionFilter(port=65536))
        told = refused(lambda: list(connections.ListConnections(bad, metadata=metadata, timeout=20)), grpc.StatusCode.INVALID_ARGUMENT,
                       "FIELD_INVALID")
        assert [each.field for each in told["BadRequest"].field_violations] == ["filter.port"], told
        print("errors are told")
        autoscaling = autoscaling_pb2_grpc.AutoscalingStub(made)
        answer = autoscaling.ListAutoscalers(autoscaling_pb2.ListAutoscalersRequest(), metadata=metadata, timeout=20)
        print("autoscalers", len(answer.autoscalers), answer.reason)
        told = refused(lambda: autoscaling.ExplainAutoscaler(autoscaling_pb2.ExplainAutoscalerRequest(name="web"), metadata=metadata, timeout=20),
                       grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")
        control = control_pb2_grpc.ControlStub(made)
        print("reload", control_pb2.ReloadOutcome.Name(control.Reload(control_pb2.ReloadRequest(), metadata=metadata, timeout=30).outcome))
        try:
            for _ in config.WatchConfig(config_pb2.WatchConfigRequest(), metadata=metadata, timeout=0.3):
                pass
            raise AssertionError("the deadline was not kept")
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED, error
    print("ok")


class Follower(threading.Thread):
    """Follows the events of the table, and goes on from its newest point whatever ends its stream."""

    def __init__(self, made, seconds):
        super().__init__(daemon=True)
        self.stub = connections_pb2_grpc.ConnectionsStub(made)
        self.until = time.monotonic() + seconds
        self.point = None
        self.resumed = self.lost = self.seen = 0
        self.problems = []
        self.opened = {}
        self.begun = threading.Event()

    def run(self):
        while time.monotonic() < self.until:
            request = connections_pb2.WatchConnectionsRequest(filter=connections_pb2.ConnectionFilter(protocol=17))
            if self.point is not None:
                request.resume.CopyFrom(self.point)
                self.resumed += 1
            try:
                for event in self.stub.WatchConnections(request, metadata=bearer(), timeout=max(0.1, self.until - time.monotonic())):
                    self.take(event)
            except grpc.RpcError as error:
                if error.code() == grpc.StatusCode.DEADLINE_EXCEEDED:
                    return
                if error.code() != grpc.StatusCode.UNAVAILABLE:
                    self.problems.append("%s: %s" % (error.code(), error.details()))
                    return
                told = details(error).get("ResumePoint")
                if told is not None and self.point is not None and told.sequence != self.point.sequence:
                    self.problems.append("told to go on at %d, is at %d" % (told.sequence, self.point.sequence))
                time.sleep(0.05)

    def take(self, event):
        if event.WhichOneof("event") == "synced":
            self.begun.set()
            if self.point is None or self.point.epoch != event.synced.point.epoch:
                self.point = event.synced.point
            return
        if event.sequence != self.point.sequence + 1:
            self.problems.append("%d after %d" % (event.sequence, self.point.sequence))
        self.point.sequence = event.sequence
        self.point.position = event.position
        self.seen += 1
        if event.WhichOneof("event") == "lost":
            self.lost += event.lost.count or 1
        elif event.WhichOneof("event") == "opened":
            port = event.opened.original.source_port
            if event.opened.original.destination_port == 9:
                self.opened[port] = self.opened.get(port, 0) + 1


class Other(threading.Thread):
    """Watches the configuration: nothing may end its stream."""

    def __init__(self, made, seconds):
        super().__init__(daemon=True)
        self.stub = config_pb2_grpc.ConfigStub(made)
        self.seconds = seconds
        self.ended = 0

    def run(self):
        try:
            for _ in self.stub.WatchConfig(config_pb2.WatchConfigRequest(), metadata=bearer(), timeout=self.seconds):
                pass
            self.ended = 1
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.DEADLINE_EXCEEDED:
                print("another stream ended:", error.code(), error.details())
                self.ended = 1


def follow(seconds, streams):
    channels = [channel() for _ in range(5)]
    followers = [Follower(channels[i % 5], seconds) for i in range(streams)]
    other = Other(channels[0], seconds - 1)
    for each in followers + [other]:
        each.start()
    for each in followers:
        each.begun.wait()
    print("following", flush=True)
    for each in followers + [other]:
        each.join()
    for each in followers:
        print("stream seen=%d resumed=%d lost=%d opened=%d repeated=%d problems=%s" % (
            each.seen, each.resumed, each.lost, len(each.opened), sum(count - 1 for count in each.opened.values()), each.problems))
    print("others ended=%d" % other.ended)
    print("ok" if not any(each.problems for each in followers) else "not ok")


def ask(cells_file):
    """Sends one empty message for each cell and takes one message; what goes on without any is ended at the deadline."""
    with open(cells_file, encoding="utf-8") as file:
        cells = json.load(file)

    def one(cell):
        # With and without answers in a stream: on the wire there is no difference.
        method = made.stream_stream("/" + cell["method"])
        call = method(iter([b""]), metadata=[("authorization", value) for value in cell["authorization"]], timeout=10)
        messages = 0
        reason = "-"
        try:
            for _ in call:
                messages = 1
                call.cancel()
                break
            code = "OK"
        except grpc.RpcError as error:
            code = error.code().name
            told = details(error).get("ErrorInfo")
            reason = told.reason if told else "-"
        return "cell %s %s %s %s messages=%d" % (cell["method"], cell["credential"], code, reason, messages)

    with channel() as made, ThreadPoolExecutor(16) as threads:
        for line in threads.map(one, cells):
            print(line)
    print("ok")


STREAMS_EACH = 100


class Quick(threading.Thread):
    """Reads the same stream as the slow ones, as fast as it can: it must get every event."""

    def __init__(self, flows):
        super().__init__(daemon=True)
        self.flows = flows
        self.opened = self.lost = 0
        self.begun = threading.Event()
        self.came = {}

    def delays(self, sent):
        """From the send of a flow's first packet until its event was read: half of them, 99 of 100, all, in milliseconds."""
        all_of_them = sorted((came - sent[port]) * 1000 for port, came in self.came.items())
        return "p50=%.1f p99=%.1f max=%.1f ms" % tuple(all_of_them[int(part * (len(all_of_them) - 1))] for part in (0.5, 0.99, 1))

    def run(self):
        with channel(("grpc.use_local_subchannel_pool", 1)) as made:
            watch = connections_pb2.WatchConnectionsRequest(filter=connections_pb2.ConnectionFilter(protocol=17))
            for event in connections_pb2_grpc.ConnectionsStub(made).WatchConnections(watch, metadata=bearer()):
                self.begun.set()
                if event.WhichOneof("event") == "lost":
                    self.lost += event.lost.count or 1
                elif event.WhichOneof("event") == "opened":
                    self.opened += 1
                    self.came[event.opened.original.source_port] = time.monotonic()
                if self.opened + self.lost >= self.flows:
                    return


class Caller(threading.Thread):
    """Makes short calls all the time: each must be answered."""

    def __init__(self):
        super().__init__(daemon=True)
        self.calls = self.failed = 0
        self.slowest = 0.0
        self.over = threading.Event()

    def run(self):
        with channel(("grpc.use_local_subchannel_pool", 1)) as made:
            agent = agent_pb2_grpc.AgentStub(made)
            while not self.over.wait(0.05):
                begin = time.monotonic()
                try:
                    agent.GetVersion(agent_pb2.GetVersionRequest(), metadata=bearer(), timeout=20)
                except grpc.RpcError as error:
                    print("a call failed:", error.code(), error.details())
                    self.failed += 1
                self.calls += 1
                self.slowest = max(self.slowest, time.monotonic() - begin)


def burden(idle, slow, fill, flows, signs):
    """Idle streams watch what does not change, without a deadline. Slow ones are read when all events have been. While they are
    full one stream is read as fast as it can be, and short calls are made. The same stream was read before, with nobody beside it."""
    metadata = bearer()
    channels = [channel(("grpc.use_local_subchannel_pool", 1), ("grpc.http2.bdp_probe", 0)) for _ in range((idle + slow) // STREAMS_EACH + 1)]

    def slow_one(number):
        watch = connections_pb2.WatchConnectionsRequest(filter=connections_pb2.ConnectionFilter(protocol=17))
        call = connections_pb2_grpc.ConnectionsStub(channels[number // STREAMS_EACH]).WatchConnections(watch, metadata=metadata)
        assert next(call).WhichOneof("event") == "synced"
        return call

    def idle_one(number):
        call = config_pb2_grpc.ConfigStub(channels[number // STREAMS_EACH]).WatchConfig(config_pb2.WatchConfigRequest(), metadata=metadata)
        next(call)
        return call

    def wait(sign):
        while not os.path.exists(os.path.join(signs, sign)):
            time.sleep(0.1)

    alone = Quick(flows)
    alone.start()
    alone.begun.wait()
    print("alone", flush=True)
    wait("alone")
    alone.join(60)
    with ThreadPoolExecutor(16) as threads:
        slow_ones = list(threads.map(slow_one, range(slow)))
        idle_ones = list(threads.map(idle_one, range(slow, slow + idle)))
    print("burdened", flush=True)
    wait("full")
    quick, caller = Quick(flows), Caller()
    quick.start()
    quick.begun.wait()
    caller.start()
    print("crowded", flush=True)
    wait("over")
    quick.join(60)
    caller.over.set()
    caller.join()
    with open(os.path.join(signs, "sent"), encoding="ascii") as file:
        sent = {int(port): float(at) for port, at in map(str.split, file)}
    for name, one in ("alone", alone), ("quick", quick):
        print("%s opened=%d lost=%d %s" % (name, one.opened, one.lost, one.delays(sent)))
    print("calls made=%d failed=%d slowest_ms=%d" % (caller.calls, caller.failed, caller.slowest * 1000))
    print("idle ended=%d" % sum(not each.is_active() for each in idle_ones))
    lost = 0
    some = slow_ones[::10]
    for each in some:
        seen = gap = 0
        while seen + gap < fill + flows:
            event = next(each)
            if event.WhichOneof("event") == "lost":
                gap += event.lost.count
            elif event.WhichOneof("event") == "opened":
                seen += 1
        lost += gap > 0
    print("slow read=%d told of losses=%d" % (len(some), lost))
    for each in channels:
        each.close()
    print("ok")


class Raw:
    """HTTP/2 frame by frame (RFC 9113 4.1)."""

    DATA, HEADERS, RST_STREAM, SETTINGS = 0, 1, 3, 4
    END_STREAM, END_HEADERS = 1, 4

    def __init__(self):
        host, port = TARGET.rsplit(":", 1)
        context = ssl.create_default_context(cafile=CA)
        context.set_alpn_protocols(["h2"])
        self.socket = context.wrap_socket(socket.create_connection((host, int(port)), 20), server_hostname=host)
        self.socket.settimeout(20)

    def greet(self):
        self.socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        return self.frame(Raw.SETTINGS, 0, 0, b"")

    def frame(self, kind, flags, stream, payload):
        self.socket.sendall(struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + payload)
        return self

    def call(self, stream, path):
        # Literal fields without indexing (RFC 7541 6.2.2).
        fields = ((":method", "POST"), (":scheme", "https"), (":path", path), (":authority", "localhost"),
                  ("content-type", "application/grpc"), ("te", "trailers")) + bearer()
        block = b"".join(b"\0" + bytes((len(name),)) + name.encode() + bytes((len(value),)) + value.encode() for name, value in fields)
        return self.frame(Raw.HEADERS, Raw.END_HEADERS, stream, block)

    def until(self, kinds):
        """Reads up to a frame of one of these kinds, or to the end."""
        with self.socket:
            while True:
                head = self.take(9)
                if head is None or self.take(int.from_bytes(head[:3], "big")) is None or head[3] in kinds:
                    return

    def take(self, length):
        taken = b""
        while len(taken) < length:
            try:
                more = self.socket.recv(length - len(taken))
            except OSError:
                return None
            if not more:
                return None
            taken += more
        return taken


def harm():
    version, watch = "/drover.v1.Agent/GetVersion", "/drover.v1.Connections/WatchConnections"
    goodbye = (7,)
    Raw().greet().call(1, version).frame(Raw.DATA, 0, 1, struct.pack(">BI", 0, 0x7FFFFFFF)).until((Raw.HEADERS,))
    Raw().greet().call(1, watch).frame(Raw.DATA, Raw.END_STREAM, 1, b"\0\0\0\0\3\x0a\xff\xff").until((Raw.HEADERS,))
    Raw().greet().frame(Raw.DATA, 0, 0, b"1234").until(goodbye)
    # A call that never says what it wants, and when it must be over.
    Raw().greet().call(1, version).until((Raw.HEADERS,))
    long = Raw().greet()
    long.socket.sendall(b"\x7f\xff\xff\0\0\0\0\0\1")
    long.until(goodbye)
    other = Raw()
    other.socket.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    other.until(goodbye)
    flood = Raw().greet()
    try:
        for stream in range(1, 2001, 2):
            flood.call(stream, version).frame(Raw.RST_STREAM, 0, stream, struct.pack(">I", 8))
        flood.until(goodbye)
    except OSError:
        print("cut off in the flood")
    print("ok")


if sys.argv[5] == "check":
    check()
elif sys.argv[5] == "harm":
    harm()
elif sys.argv[5] == "burden":
    burden(int(sys.argv[6]), int(sys.argv[7]), int(sys.argv[8]), int(sys.argv[9]), sys.argv[10])
elif sys.argv[5] == "ask":
    ask(sys.argv[6])
else:
    follow(float(sys.argv[6]), int(sys.argv[7]))
