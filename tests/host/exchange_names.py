#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lets two names of one directory change places until it is killed, five minutes at most.

usage: exchange_names.py ONE OTHER
"""

import ctypes
import os
import sys
import time

AT_FDCWD = -100
RENAME_EXCHANGE = 2  # linux/fs.h

libc = ctypes.CDLL(None)
one, other = (os.fsencode(name) for name in sys.argv[1:3])
end = time.monotonic() + 300
while time.monotonic() < end:
    libc.renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE)
