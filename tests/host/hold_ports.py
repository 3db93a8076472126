# SPDX-License-Identifier: MIT
"""Holds a port of each bind() to port 0 until there is none, for TCP and UDP.

usage: hold_ports.py ADDRESS...
Prints how many sockets it holds, one number for each protocol and address, and keeps them
until its standard input ends.
"""
import socket
import sys

held = []
for address in sys.argv[1:]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM:
        count = 0
        while True:
            s = socket.socket(family, kind)
            if family == socket.AF_INET6:
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                s.bind((address, 0))
            except OSError:
                break
            held.append(s)
            count += 1
        print(count, end=" ", flush=True)
print(flush=True)
sys.stdin.read()
