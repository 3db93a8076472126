# SPDX-License-Identifier: MIT
"""Holds sockets of known states on known ports of 127.0.0.1, for what lists them.

usage: cross_sockets.py [--time-wait N] [--ipv6]
On 127.0.0.1: a listener on 50100; to it a connection from 50201, and one from 50202 whose other
side has sent its end (CLOSE_WAIT and FIN_WAIT_2); a UDP socket on 50300. With --time-wait N more
connections that were closed, from 50401 on; with --ipv6 a listener on port 50500 of ::1. Prints
"ready", and keeps them until its standard input ends.
"""
import argparse
import socket
import struct
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--time-wait", type=int, default=0)
parser.add_argument("--ipv6", action="store_true")
options = parser.parse_args()

HOST = "127.0.0.1"
held = []


def listen(family, address, port):
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen()
    held.append(listener)
    return listener


def connect(listener, port):
    """Both sides of a connection from a port."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    client.bind((HOST, port))
    client.connect(listener.getsockname())
    server, _ = listener.accept()
    held.extend((client, server))
    return client, server


server = listen(socket.AF_INET, HOST, 50100)
connect(server, 50201)
connect(server, 50202)[1].shutdown(socket.SHUT_WR)
for i in range(options.time_wait):
    for side in connect(server, 50401 + i):
        side.close()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind((HOST, 50300))
if options.ipv6:
    listen(socket.AF_INET6, "::1", 50500)
print("ready", flush=True)
sys.stdin.read()
for side in held:  # a reset leaves no TIME_WAIT, and the next one finds its ports free
    if side.fileno() < 0:
        continue
    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    side.close()
