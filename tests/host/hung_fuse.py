# SPDX-License-Identifier: MIT
"""A file system in user space that stops answering; ends with its standard input.

usage: hung_fuse.py MODE DIRECTORY
Mounted at DIRECTORY, with one file, `line`. MODE, from the first reading of the file on:
  deaf      nothing is taken from the kernel (before that, neither: not even the mount is answered)
  pending   opening is answered, reading is not taken from the kernel (a shell that opens a file
            for a command closes a descriptor of its own, which is answered still)
  taken     reading is taken, and never answered
Prints "ready" when it is mounted; exit code 77: this kernel has no such file systems.
"""
import os
import struct
import subprocess
import sys
import threading

HEADER = struct.Struct("<IIQQIIII")
INIT, LOOKUP, FORGET, GETATTR, OPEN, READ, FLUSH = 26, 1, 2, 3, 14, 15, 25
VALID_S = 3600
ROOT, FILE = 1, 2


def attributes(node):
    mode, size = (0o040755, 0) if node == ROOT else (0o100644, 4096)
    return struct.pack("<6Q10I", node, size, 0, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


def answer(opcode, node):
    """(error, bytes) for one request."""
    if opcode == INIT:
        return 0, struct.pack("<IIIIHHIIHHI7I", 7, 31, 0, 0, 1, 1, 4096, 1, 1, 0, 0, *[0] * 7)
    if opcode == LOOKUP:
        return 0, struct.pack("<QQQQII", FILE, 1, VALID_S, VALID_S, 0, 0) + attributes(FILE)
    if opcode == GETATTR:
        return 0, struct.pack("<QII", VALID_S, 0, 0) + attributes(node)
    if opcode == OPEN:
        return 0, struct.pack("<QII", 1, 1, 0)  # read past the page cache
    return -38, b""  # ENOSYS: the kernel does not ask again


def serve(fuse, mode):
    while True:
        request = os.read(fuse, 1 << 17)
        _, opcode, unique, node, *_ = HEADER.unpack_from(request)
        if opcode == FORGET:
            continue
        if opcode == READ:
            return
        error, bytes_out = answer(opcode, node)
        os.write(fuse, struct.pack("<IiQ", 16 + len(bytes_out), error, unique) + bytes_out)
        if opcode == FLUSH and mode == "pending":
            return


def main():
    mode, directory = sys.argv[1:3]
    try:
        fuse = os.open("/dev/fuse", os.O_RDWR)
    except OSError:
        sys.exit(77)
    options = f"fd={fuse},rootmode=40000,user_id=0,group_id=0,allow_other"
    mounted = subprocess.run(["mount", "-i", "-t", "fuse", "-o", options, "none", directory],
                             pass_fds=[fuse], check=False)
    if mounted.returncode != 0:
        sys.exit(77)
    if mode != "deaf":
        threading.Thread(target=serve, args=(fuse, mode), daemon=True).start()
    print("ready", flush=True)
    sys.stdin.read()
    os._exit(0)


main()
