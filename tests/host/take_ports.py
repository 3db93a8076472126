# SPDX-License-Identifier: MIT
"""Makes 10,000 connections, holds them all, and prints how many took one of the ports.

usage: take_ports.py PORT...
"""
import resource
import socket
import sys

wanted = {int(port) for port in sys.argv[1:]}
resource.setrlimit(resource.RLIMIT_NOFILE, (12000, 12000))
server = socket.socket()
server.bind(("127.0.0.1", 7000))
server.listen(20000)
held = []
taken = 0
for i in range(10000):
    s = socket.socket()
    s.connect(("127.0.0.1", 7000))
    taken += s.getsockname()[1] in wanted
    held.append(s)
print(taken)
for s in held:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    s.close()
