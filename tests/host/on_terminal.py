# SPDX-License-Identifier: MIT
"""Runs a command whose standard output is a terminal, and prints what came to the terminal.

usage: on_terminal.py COLUMNS COMMAND...
Exits with the command's exit code. Standard input and error are those of the caller.
"""
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

columns, command = int(sys.argv[1]), sys.argv[2:]
ours, its = pty.openpty()
fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
modes = termios.tcgetattr(its)
modes[1] &= ~termios.OPOST  # a line feed stays one
termios.tcsetattr(its, termios.TCSANOW, modes)
child = subprocess.Popen(command, stdout=its)
os.close(its)
while True:
    try:
        data = os.read(ours, 65536)
    except OSError:  # EIO: nobody has the other end any more
        break
    if not data:
        break
    sys.stdout.buffer.write(data)
sys.stdout.buffer.flush()
sys.exit(child.wait())
