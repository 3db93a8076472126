#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A client and its backend on one host: what uses up the ephemeral ports of a real one.

usage: load.py ADDRESS PORT RATE STATUS_FILE SECONDS

Opens connections from ADDRESS to ADDRESS:PORT and closes them, client first, so that each
leaves a TIME_WAIT behind: as fast as it goes until the kernel refuses a port for the first
time, then RATE a second. STATUS_FILE always holds one line (written anew, then renamed):
"made N failed N now ok|failing": `now` is the last connect().
"""
import errno
import os
import select
import socket
import sys
import time

HOLD_S = 0.1  # how often the status is written


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


def connect_once(listener, target):
    """True when there was a port; the server's end is closed after the client's."""
    client = socket.socket(listener.family)
    try:
        client.connect(target)
    except OSError as err:
        client.close()
        if err.errno == errno.EADDRNOTAVAIL:
            return False
        raise
    server, _ = listener.accept()
    client.close()
    select.select([server], [], [], 5)
    server.close()
    return True


def main():
    address, port, rate, status, seconds = sys.argv[1:]
    target = (address, int(port))
    listener = listen(address, int(port))
    made = failed = 0
    pause = 1 / float(rate)
    written = 0.0
    end = time.monotonic() + float(seconds)
    while (now := time.monotonic()) < end:
        ok = connect_once(listener, target)
        made += ok
        failed += not ok
        if now - written >= HOLD_S:
            write_status(status, made, failed, not ok)
            written = now
        if failed:
            time.sleep(pause)


main()
