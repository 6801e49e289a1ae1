# Stands for systemd's end of NOTIFY_SOCKET: writes each message that comes as a line of JSON to the standard output.
# usage: notify-socket.py ADDRESS     (a path, or a name that begins with @)
import json
import os
import socket
import struct
import sys
import time

address = sys.argv[1]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
if address.startswith("@"):
    address = "\0" + address[1:]
elif os.path.exists(address):
    os.unlink(address)
receiver.bind(address)
print(json.dumps({"listening": True}), flush=True)
while True:
    message, ancillary, _, _ = receiver.recvmsg(65536, socket.CMSG_SPACE(12))
    pid = [struct.unpack("iii", data)[0] for _, kind, data in ancillary if kind == socket.SCM_CREDENTIALS]
    micros = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    print(json.dumps({"micros": micros, "pid": pid[0], "text": message.decode()}), flush=True)
