"""A client of drover.v1 in another language, made from the published proto files: the stories use it because nobody here
wrote what is below it. Prints one line for each thing that it saw; exits with 0 when all was as it must be.

  grpc_client.py PROTO_FOLDER TARGET CA_FILE TOKEN_FILE check
  grpc_client.py PROTO_FOLDER TARGET CA_FILE TOKEN_FILE follow SECONDS STREAMS    follows events over every swap
"""
import os, subprocess, sys, tempfile, threading, time

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


def channel():
    with open(CA, "rb") as file:
        credentials = grpc.ssl_channel_credentials(file.read())
    return grpc.secure_channel(TARGET, credentials)


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


if sys.argv[5] == "check":
    check()
else:
    follow(float(sys.argv[6]), int(sys.argv[7]))
