# SPDX-License-Identifier: MIT
"""Watches a network namespace, and brings it into states that only sockets can.

usage: ask_network.py watch COMMAND...   its output, what it sent and which counters moved
       ask_network.py black-hole ADDRESS     TCP Fast Open meets one there
Until standard input ends, 'ready' when all are there:
       ask_network.py on-device DEVICE COUNT ADDRESS PORT   connections of sockets bound to DEVICE
       ask_network.py bound ADDRESS PORT...   sockets that are bound and no more; one each
"""
import socket
import subprocess
import sys
import time

ETH_P_ALL = 3
FASTOPEN_NO_COOKIE = 34
USER_TIMEOUT = 18
MSG_FASTOPEN = 0x20000000
# Of /proc/net/sockstat what belongs to this namespace; the rest is the machine's.
OWN_TOTALS = ("inuse", "tw")


def counters():
    """Each counter of the namespace by its name."""
    found = {}
    for name in ("snmp", "netstat"):
        with open("/proc/net/" + name) as lines:
            for names, values in zip(lines, lines):
                group, *names = names.split()
                for key, value in zip(names, values.split()[1:]):
                    found[group + key] = value
    with open("/proc/net/snmp6") as lines:
        found.update(line.split() for line in lines)
    for name in ("sockstat", "sockstat6"):
        with open("/proc/net/" + name) as lines:
            for group, rest in (line.split(":") for line in lines):
                words = rest.split()
                found.update((group + key, value) for key, value in zip(words[::2], words[1::2])
                             if key in OWN_TOTALS)
    return found


def is_icmpv6(frame):
    """What an interface says by itself: it looks for neighbours and routers."""
    return frame[12:14] == b"\x86\xdd" and frame[20] in (0, 58)


def packets(listener):
    """How many frames came since the last time, the kernel's own talk aside."""
    count = 0
    try:
        while True:
            count += not is_icmpv6(listener.recv(65535))
    except BlockingIOError:
        return count


def watch(*command):
    listener = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    listener.setblocking(False)
    packets(listener)
    before = counters()
    said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    after = counters()
    sent = packets(listener)
    moved = [f"{key} {int(after[key]) - int(before.get(key, 0)):+d}" for key in after
             if after[key] != before.get(key, "0")]
    print(f"{said.rstrip()}; {sent or 'no'} packets; {', '.join(moved) or 'nothing'} moved")


def black_hole(address):
    """A SYN with data that nobody answers, given up after its first timeout."""
    s = socket.socket()
    s.setsockopt(socket.IPPROTO_TCP, FASTOPEN_NO_COOKIE, 1)
    s.setsockopt(socket.IPPROTO_TCP, USER_TIMEOUT, 1)
    s.setblocking(False)
    try:
        s.sendto(b"x", MSG_FASTOPEN, (address, 9))
    except BlockingIOError:
        pass
    while counters()["TcpExt:TCPFastOpenBlackhole"] == "0":
        time.sleep(0.05)  # between two looks


def hold(held):
    print("ready", flush=True)
    sys.stdin.read()
    del held


def on_device(device, count, address, port):
    held = [socket.create_server((address, int(port)), backlog=int(count))]
    for _ in range(int(count)):
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
        s.connect((address, int(port)))
        held.append(s)
    hold(held)


def bound(address, *ports):
    held = []
    for port in ports:
        s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        s.bind((address, int(port)))
        held.append(s)
    hold(held)


{"watch": watch, "black-hole": black_hole, "on-device": on_device, "bound": bound}[sys.argv[1]](*sys.argv[2:])
