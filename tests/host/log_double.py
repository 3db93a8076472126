# SPDX-License-Identifier: MIT
"""A logger at /dev/log: prints what it gets, a line each, until standard input ends.

usage: log_double.py SOCK_DGRAM|SOCK_STREAM READY [deaf]
READY is a file that appears when it listens; a deaf one reads nothing.
"""
import os
import select
import socket
import sys


def take_all(log, streams):
    """What is there by now, without waiting for more."""
    while select.select([log, *streams], [], [], 0)[0]:
        for ready in select.select([log, *streams], [], [], 0)[0]:
            if ready is log and log.type == socket.SOCK_STREAM:
                streams.append(log.accept()[0])
                continue
            line = ready.recv(9000)
            if line:
                print(line.decode(), flush=True)
            else:
                streams.remove(ready)


def main():
    kind = getattr(socket, sys.argv[1])
    if os.path.exists("/dev/log"):
        os.unlink("/dev/log")
    log = socket.socket(socket.AF_UNIX, kind)
    log.bind("/dev/log")
    if kind == socket.SOCK_STREAM:
        log.listen(1)
    open(sys.argv[2], "w", encoding="ascii").close()
    if sys.argv[3:]:
        sys.stdin.read()
        return
    streams = []
    ended = False
    while not ended:
        ended = sys.stdin in select.select([sys.stdin, log, *streams], [], [])[0] and not sys.stdin.read(1)
        take_all(log, streams)


main()
