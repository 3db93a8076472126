# SPDX-License-Identifier: MIT
"""A server in the namespace "server", and clients in the namespace "inside" that connect to it: a
number of them at once, and once MOST got through, one more every tenth of a second.

usage: snat_clients.py ADDRESS PORT CLIENTS MOST CONNECTED ERRORS     the last two: files, written anew
CONNECTED says how many are, ERRORS how many got another error than that nobody answered in time.
Ends when standard input does.
"""
import ctypes
import errno
import os
import select
import socket
import sys
import threading

CLONE_NEWNET = 0x40000000
address, port, clients, most = sys.argv[1], *map(int, sys.argv[2:5])
connected_file, errors_file = sys.argv[5:7]
libc = ctypes.CDLL(None, use_errno=True)


def enter(name):
    """This thread alone."""
    with open(f"/run/netns/{name}", "rb") as file:
        if libc.setns(file.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns to {name}")


def serve(listens):
    enter("server")
    listener = socket.create_server((address, port), backlog=512)
    listens.set()
    accepted = []
    while True:
        accepted.append(listener.accept())


def connect():
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex((address, port))
    return client


def tell(path, number):
    with open(f"{path}.new", "w", encoding="ascii") as file:
        file.write(f"{number}\n")
    os.rename(f"{path}.new", path)


def main():
    ready = threading.Event()
    threading.Thread(target=serve, args=(ready,), daemon=True).start()
    ready.wait()
    enter("inside")
    waiting = [connect() for _ in range(clients)]
    connected, errors = [], 0
    last = None  # one more, time and again
    while not select.select([sys.stdin], [], [], 0.1)[0]:
        done = select.select([], waiting, [], 0)[1]
        ended = [(c, c.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)) for c in done]
        connected += [c for c, error in ended if error == 0]
        errors += sum(error not in (0, errno.ETIMEDOUT) for _, error in ended)
        waiting = [c for c in waiting if c not in done]
        tell(connected_file, len(connected))
        tell(errors_file, errors)
        if last:
            last.close()
        last = connect() if len(connected) >= most else None


main()
