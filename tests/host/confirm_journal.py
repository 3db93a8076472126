#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rewrites a journal of one applied run, whose last change is our file, as that of a trial of
that run which was confirmed: a trial needs systemd, its journal does not.

usage: confirm_journal.py FILE
"""
import json
import sys
import zlib


def line_of(record):
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return f"{zlib.crc32(text.encode()):08x} {text}\n"


def run(begin, end, changes):
    steps = [
        {"record": kind, "id": begin["id"], "change": i} for i in range(len(changes)) for kind in ("start", "done")
    ]
    return [begin | {"changes": changes}, *steps, end | {"id": begin["id"]}]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        records = [json.loads(line[9:]) for line in file]
    begin = next(record for record in records if record["record"] == "begin") | {"schema": 2}
    end = next(record for record in records if record["record"] == "end")
    *live, lasting = begin["changes"]
    trial = begin | {"live_only": True, "trial_until": 86400, "lasting": lasting}
    confirmation = begin | {"id": begin["id"] + "0", "command": "confirm", "confirms": begin["id"]}
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.writelines(map(line_of, run(trial, end, live) + run(confirmation, end, [lasting])))


main()
