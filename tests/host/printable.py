# SPDX-License-Identifier: MIT
"""Says what of standard input a terminal would obey, or nothing.

usage: printable.py <OUTPUT
"""
import sys
import unicodedata

LINE_ENDS = "\u2028\u2029"
DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

data = sys.stdin.buffer.read()
try:
    text = data.decode("utf-8")
except UnicodeDecodeError as broken:
    print(f"not UTF-8: {broken}: {data!r}")
    sys.exit(1)
found = sorted({f"U+{ord(c):04X}" for c in text
                if c != "\n" and (unicodedata.category(c) == "Cc" or c in LINE_ENDS + DIRECTIONS)})
injected = [line for line in text.split("\n") if line.startswith("INJECTED")]
if found or injected:
    print(f"{' '.join(found)} {injected}: {text!r}")
    sys.exit(1)
