# SPDX-License-Identifier: MIT
"""Many sockets of many users, held until standard input ends.

usage: crowd.py READY WORD...     READY is a file that appears when all are there

tcp:UIDS:PORTS    listeners, udp:UIDS:PORTS sockets without a peer. UIDS is "33" or "33-40": each
                  user takes his share of the ports, in processes of his own
mapped:UIDS:PORTS the same as tcp by users of a user namespace, whose first one is UIDS' first
closed:UID:COUNT  connections of a user to itself, closed at once: they stay in TIME_WAIT
PORTS is "9000-9010", "9000-9990/10" (every tenth), or "random:COUNT" (always the same ones).
"""
import ctypes
import os
import random
import socket
import sys


def span(text):
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def ports_of(text):
    if text.startswith("random:"):
        return random.Random(7).sample(range(1024, 65536), int(text[7:]))
    ports, _, step = text.partition("/")
    return list(span(ports))[::int(step or 1)]


def take(kind, ports):
    held = []
    for port in ports:
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
        s.bind(("127.0.0.1", port))
        if kind != "udp":
            s.listen(1)
        held.append(s)
    return held


def close_many(count):
    server = socket.socket()
    server.bind(("127.0.0.1", 7001))
    server.listen(64)
    for _ in range(count):
        client = socket.socket()
        client.connect(("127.0.0.1", 7001))
        peer, _ = server.accept()
        client.close()
        peer.close()


def leave_chroot():
    """In a chroot the kernel makes no user namespace; a directory outside of the root leads up."""
    os.makedirs("/tmp/below", exist_ok=True)
    os.chdir("/")
    os.chroot("/tmp/below")
    for _ in range(64):
        os.chdir("..")
    os.chroot(".")


def wait_for_map():
    """Becomes root of a user namespace of its own, once the parent says who that is."""
    leave_chroot()
    if libc.unshare(0x10000000) != 0:
        sys.exit("crowd.py: no user namespace: " + os.strerror(ctypes.get_errno()))
    os.write(made[1], b"x")
    os.read(mapped[0], 1)


def run(kind, number, uid, share):
    """The child: one user with his share."""
    if kind == "mapped":
        wait_for_map()
        uid = number
    else:
        os.setgroups([])
    os.setresuid(uid, uid, uid)
    held = close_many(share) if kind == "closed" else take(kind, share)
    os.write(ready[1], b"x")
    os.read(end[0], 1)
    del held


def start(kind, number, uid, share):
    child = os.fork()
    if child == 0:
        try:
            os.close(end[1])
            run(kind, number, uid, share)
        except BaseException as error:
            print("crowd.py:", error, file=sys.stderr, flush=True)
            os.write(made[1], b"!")
            os.write(ready[1], b"!")
        os._exit(0)
    if kind == "mapped":
        os.read(made[0], 1)
        with open(f"/proc/{child}/uid_map", "w", encoding="ascii") as file:
            file.write(f"0 {uid - number} {number + 1}")
        os.write(mapped[1], b"x")
    if os.read(ready[0], 1) != b"x":
        sys.exit(1)


libc = ctypes.CDLL(None, use_errno=True)

# A process holds no more sockets: the limit of open files is another one on each host.
MOST = 900

ready, made, mapped, end = os.pipe(), os.pipe(), os.pipe(), os.pipe()
for word in sys.argv[2:]:
    kind, uids, what = word.split(":", 2)
    users = span(uids)
    shares = [int(what)] if kind == "closed" else [ports_of(what)[i::len(users)] for i in range(len(users))]
    for number, uid in enumerate(users):
        share = shares[number]
        if kind == "closed":
            start(kind, number, uid, share)
            continue
        for at in range(0, len(share), MOST):
            start(kind, number, uid, share[at : at + MOST])
open(sys.argv[1], "w").close()
sys.stdin.read()
# Who waits for us finds none of their sockets.
os.close(end[1])
try:
    while True:
        os.wait()
except ChildProcessError:
    pass
