# SPDX-License-Identifier: MIT
"""Makes a journal one that a newer version wrote: each schema is one higher, and the
checksums are right.

usage: newer_journal.py JOURNAL"""
import re
import sys
import zlib


def newer(line):
    """One line, its sum in front and its newline included."""
    record = re.sub(rb'"schema":(\d+)', lambda at: b'"schema":%d' % (int(at[1]) + 1), line[9:])
    return b"%08x %s" % (zlib.crc32(record[:-1]), record)


with open(sys.argv[1], "rb+") as journal:
    lines = [newer(line) for line in journal]
    journal.seek(0)
    journal.writelines(lines)
