# SPDX-License-Identifier: MIT
"""Becomes a program as a hostile caller would start it.

usage: hostile_caller.py OUTPUT WORD... -- PROGRAM ARGUMENT...

The words say what is hostile (see hostile-caller); some are kept for the last moment. What the
program prints goes to the file OUTPUT, both descriptors, where they are not closed.
"""
import ctypes
import os
import resource
import signal
import socket
import sys

output, words = sys.argv[1], sys.argv[2:]
cut = words.index("--")
words, command = words[:cut], [os.fsencode(word) for word in words[cut + 1:]]
environment = dict(os.environb)
path = command[0]


def signals(names):
    every = set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}
    return every if names == "ALL" else {signal.Signals["SIG" + n] for n in names.split(",")}


sys.stdout.flush()
fd = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
os.dup2(fd, 1)
os.dup2(fd, 2)
os.close(fd)
late = []
# Python ignores them; a shell, sudo or a monitoring server does not.
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
for word in words:
    name, _, value = word.partition(":")
    if name == "env":
        key, _, content = value.partition("=")
        environment[os.fsencode(key)] = os.fsencode(content).decode("unicode_escape").encode("latin-1")
    elif name == "unset":
        environment.pop(os.fsencode(value), None)
    elif name == "noenv":
        environment = {}
    elif name == "hugeenv":
        environment.update({b"V%d" % i: b"x" * 100000 for i in range(15)})
    elif name in ("rlimit", "soft"):
        kind, _, limit = value.partition("=")
        kind = getattr(resource, "RLIMIT_" + kind)
        hard = int(limit) if name == "rlimit" else resource.getrlimit(kind)[1]
        late.append((kind, (int(limit), hard)))
    elif name == "ignore":
        for number in signals(value):
            signal.signal(number, signal.SIG_IGN)
    elif name == "block":
        signal.pthread_sigmask(signal.SIG_BLOCK, signals(value))
    elif name == "pending":
        signal.pthread_sigmask(signal.SIG_BLOCK, signals(value))
        for number in signals(value):
            os.kill(os.getpid(), number)
    elif name == "timer":
        signal.setitimer(signal.ITIMER_REAL, float(value))
    elif name == "umask":
        os.umask(int(value, 8))
    elif name == "nodir":
        os.mkdir("/tmp/gone")
        os.chdir("/tmp/gone")
        os.rmdir("/tmp/gone")
    elif name == "session":
        if os.getpid() != os.getsid(0):
            os.setsid()
    elif name == "pipe":
        reader, writer = os.pipe()
        os.dup2(writer, 1)
        os.close(reader)
        os.close(writer)
    elif name == "socket":
        ours, theirs = socket.socketpair()
        ours.sendall(sys.stdin.buffer.read())
        theirs.setblocking(value != "nonblocking")
        # Open in the program itself, it never ends.
        ours.set_inheritable(value == "open")
        os.dup2(theirs.fileno(), 0)
    elif name == "full":
        os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
    elif name == "argv0":
        command[0] = os.fsencode(value)
    elif name == "argc0":
        command = []
    elif name == "arguments":
        command += [b"x" * 100000] * int(value)
    elif name == "close":
        late.append(int(value))
    else:
        sys.exit("caller: what is " + word)
for word in late:
    if isinstance(word, int):
        os.close(word)
    else:
        resource.setrlimit(*word)
argv = (ctypes.c_char_p * (len(command) + 1))(*command, None)
pairs = [key + b"=" + content for key, content in environment.items()]
envp = (ctypes.c_char_p * (len(pairs) + 1))(*pairs, None)
ctypes.CDLL(None, use_errno=True).execve(path, argv, envp)
os._exit(126)
