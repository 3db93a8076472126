# SPDX-License-Identifier: MIT
"""Runs a shell command as root below a process of uid 65534, as sudo does: the parent has given
up its rights when the command begins.

usage: called_by.py COMMAND [ARGUMENT...]     the arguments are the shell's $0, $1 ...
"""
import os
import sys

reader, writer = os.pipe()
pid = os.fork()
if pid == 0:
    os.close(writer)
    os.read(reader, 1)  # until the parent is somebody else
    os.execvp("sh", ["sh", "-c", *sys.argv[1:]])
os.setresuid(65534, 65534, 65534)
os.close(writer)
os.waitpid(pid, 0)
