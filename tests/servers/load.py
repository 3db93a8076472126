#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A client and its backend on one host: what uses up the ephemeral ports of a real one.

usage: load.py ADDRESS PORT RATE STATUS_FILE      ends when standard input does

Opens connections from ADDRESS to ADDRESS:PORT and closes them, client first, so that each
leaves a TIME_WAIT behind: as fast as it goes until the kernel refuses a port for the first
time, then RATE a second. While the settings stay as they were, a port that becomes free is
taken at once: nothing recovers by waiting. STATUS_FILE always holds one line (written anew,
then renamed): "made N failed N now ok|failing": `now` is the last connect().
"""
import errno
import os
import select
import socket
import struct
import sys
import time

FAILING_PAUSE_S = 0.05  # a connect() that finds no port costs the kernel milliseconds
HOLD_S = 0.1  # how often the status is written
IP_LOCAL_PORT_RANGE = 51  # Linux 6.3: a socket's own part of the range
PART = 256


def listen(address, port):
    listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(1024)
    return listener


def write_status(path, made, failed, failing):
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write(f"made {made} failed {failed} now {'failing' if failing else 'ok'}\n")
    os.rename(path + ".new", path)


def settings():
    """FIRST LAST REUSE"""
    words = []
    for name in "ip_local_port_range", "tcp_tw_reuse":
        with open("/proc/sys/net/ipv4/" + name, encoding="ascii") as file:
            words += file.read().split()
    return [int(word) for word in words]


def parts_of_range():
    first, last, _ = settings()
    for low in range(first, last + 1, PART):
        yield struct.pack("I", min(low + PART - 1, last) << 16 | low)


def connect_once(listener, target, part=None):
    """True when there was a port; the server's end is closed after the client's."""
    client = socket.socket(listener.family)
    try:
        if part:
            client.setsockopt(socket.IPPROTO_IP, IP_LOCAL_PORT_RANGE, part)
        client.connect(target)
    except OSError as err:
        client.close()
        if err.errno == errno.EADDRNOTAVAIL:
            return False
        raise
    server, _ = listener.accept()
    client.close()
    select.select([server], [], [], 60)  # only ends a hang
    server.close()
    return True


def fill(listener, target):
    """Uses up all ports, part by part: past half of the whole range each connect() makes the
    kernel search for milliseconds. Returns how many connections were made."""
    made = 0
    try:
        for part in parts_of_range():
            while connect_once(listener, target, part):
                made += 1
    except OSError as err:
        if err.errno != errno.ENOPROTOOPT:
            raise
    return made


def input_ended():
    return select.select([sys.stdin], [], [], 0)[0] and not os.read(0, 1)


def main():
    address, port, rate, status = sys.argv[1:]
    target = (address, int(port))
    listener = listen(address, int(port))
    stock = settings()
    made, failed = fill(listener, target), 0
    pause = 1 / float(rate)
    written = 0.0
    while not input_ended():
        now = time.monotonic()
        ok = connect_once(listener, target)
        made += ok
        failed += not ok
        if ok and failed and settings() == stock:
            made += fill(listener, target)
            continue
        if now - written >= HOLD_S:
            write_status(status, made, failed, not ok)
            written = now
        if failed:
            time.sleep(pause if ok else FAILING_PAUSE_S)  # the load is what it makes


main()
