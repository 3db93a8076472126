# SPDX-License-Identifier: MIT
"""Holds sockets until standard input ends.

usage: listeners.py READY KIND:ADDRESS:PORT...     READY is a file that appears when all are there
"""
import socket
import sys

held = []
for word in sys.argv[2:]:
    kind, rest = word.split(":", 1)
    host, port = rest.rsplit(":", 1)
    s = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET,
                      socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
    if ":" in host:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    s.bind((host, int(port)))
    if kind == "tcp":
        s.listen(1)
    held.append(s)
open(sys.argv[1], "w").close()
sys.stdin.read()
