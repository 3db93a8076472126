#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rewrites the begin and end records of a journal as another host or another clock would have
written them, with their sums.

usage: edit_journal.py FILE EDIT...
  time=+SECONDS  time=-SECONDS  both records' time
  KEY=VALUE      of the begin record: a JSON value, or a word
  -KEY           of both records: taken out
"""
import datetime
import json
import sys
import zlib

FORM = "%Y-%m-%dT%H:%M:%SZ"


def edit(record, change):
    key, _, value = change.partition("=")
    if change.startswith("-"):
        record.pop(change[1:], None)
    elif key == "time":
        moment = datetime.datetime.strptime(record["time"], FORM) + datetime.timedelta(seconds=int(value))
        record["time"] = moment.strftime(FORM)
    elif record["record"] == "begin":
        try:
            record[key] = json.loads(value)
        except ValueError:
            record[key] = value


def line_of(record):
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return f"{zlib.crc32(text.encode()):08x} {text}\n"


def main():
    path, changes = sys.argv[1], sys.argv[2:]
    with open(path, encoding="utf-8") as file:
        records = [json.loads(line[9:]) for line in file]
    for record in records:
        if record["record"] in ("begin", "end"):
            for change in changes:
                edit(record, change)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(map(line_of, records))


main()
