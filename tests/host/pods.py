# SPDX-License-Identifier: MIT
"""Network namespaces of a test: each is a child that holds it, with its sockets, until it is
killed by its pid; named as a kubelet, a container engine or `ip netns` names them.
"""
import contextlib
import ctypes
import fcntl
import hashlib
import os
import resource
import signal
import socket
import struct
import subprocess

import stage

CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
SERVER = ("127.0.0.1", 7000)
libc = ctypes.CDLL(None, use_errno=True)


def set_net(key, value):
    """net.KEY of the network namespace that this process is in, with slashes."""
    with open(f"/proc/sys/net/{key}", "w", encoding="ascii") as file:
        file.write(value)


def lo_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        name = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack_from("H", fcntl.ioctl(any_socket, SIOCGIFFLAGS, name), 16)[0]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))


def all_files():
    """As many open files as this process may have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def connect(count):
    """Connections to one destination, both sides held here."""
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(SERVER)
    server.listen(64)
    held = [server]
    for _ in range(count):
        client = socket.socket()
        client.connect(SERVER)
        held += [client, server.accept()[0]]
    return held


def bind(count):
    """Sockets that are bound and not connected."""
    held = [socket.socket() for _ in range(count)]
    for each in held:
        each.bind(("127.0.0.1", 0))
    return held


def idle():
    return []


def leave(home, name):
    """From the namespace that this process is in, which stays, with its sockets and without a process."""
    name_netns(name, os.getpid())
    if libc.setns(home, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def hold(make=idle, ports=None, program="pause", group=None, alone=None):
    """A child in a network namespace of its own, whose range is `ports` and which has what `make`
    returns; in the control group of that directory. With `alone` it keeps the sockets, and leaves
    the namespace, which has that name then. Its pid."""
    def run(ready):
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        if libc.unshare(CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        all_files()
        lo_up()
        if ports:
            set_net("ipv4/ip_local_port_range", ports)
        with open("/proc/self/comm", "w", encoding="ascii") as file:
            file.write(program)
        held = make()
        if alone:
            leave(home, alone)
        os.write(ready, b"x")
        while held is not None:
            signal.pause()
    return stage.start(run, group and os.path.join(group, "cgroup.procs"))


def end(pids):
    """Kills these children of ours, and waits for each."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    for pid in pids:
        os.waitpid(pid, 0)


class Pod:
    """What a kubelet leaves of a pod: a directory of its logs, the network namespace that its
    plugin named, and control groups, as systemd (even numbers) or cgroupfs makes them."""

    def __init__(self, name, number):
        digest = hashlib.sha256(f"{name} {number}".encode()).hexdigest()
        self.name = name
        self.container = digest
        self.uid = f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"
        self.by_systemd = number % 2 == 0
        self.pid = 0

    def group(self):
        if self.by_systemd:
            uid = self.uid.replace("-", "_")
            return ("kubepods.slice/kubepods-burstable.slice/"
                    f"kubepods-burstable-pod{uid}.slice/cri-containerd-{self.container}.scope")
        return f"kubepods/besteffort/pod{self.uid}/{self.container}"

    def log_directory(self):
        return f"/var/log/pods/{self.name.replace('/', '_')}_{self.uid}"

    def start(self, groups, **holding):
        group = groups and os.path.join(groups, self.group())
        if group:
            os.makedirs(group, exist_ok=True)
        os.makedirs(self.log_directory())
        self.pid = hold(group=group, **holding)
        name_netns(f"cni-{self.uid}", self.pid)
        return self

    def end(self):
        drop_netns(f"cni-{self.uid}")
        end([self.pid])


def own_directories():
    """Where a node keeps logs of pods and names of namespaces, in this mount namespace alone: that
    of a stage, in which this process is the first one."""
    if os.getpid() != 1:
        raise RuntimeError("not on a stage")
    for place in "/var/log", "/run":
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "none", place], check=True)
    os.mkdir("/run/netns")
    os.mkdir("/var/log/pods")


def name_netns(name, pid):
    path = f"/run/netns/{name}"
    with open(path, "x", encoding="ascii"):
        pass
    subprocess.run(["mount", "--bind", f"/proc/{pid}/ns/net", path], check=True)


def drop_netns(name):
    with contextlib.suppress(FileNotFoundError):
        subprocess.run(["umount", "--lazy", f"/run/netns/{name}"], check=True)
        os.unlink(f"/run/netns/{name}")
