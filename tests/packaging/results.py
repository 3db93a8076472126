# SPDX-License-Identifier: MIT
"""Counting results, in the words of tests/run."""
import sys

counts = {"passed": 0, "failed": 0}


def same(name, wanted, got):
    if got == wanted:
        counts["passed"] += 1
        print("ok", name)
    else:
        counts["failed"] += 1
        print(f"not ok {name}: {got!r}, expected {wanted!r}")


def finish():
    print(f"{counts['passed']} passed, {counts['failed']} failed, 0 skipped")
    sys.exit(1 if counts["failed"] else 0)
