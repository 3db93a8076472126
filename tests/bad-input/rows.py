#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The rows of the table of bad input: what each one gives to a program, and what must be said.

usage: tests/bad-input/rows.py DIRECTORY

Writes what the rows give, as files: DIRECTORY/policy/N, observation/N and words/N (a word of the
command line on each line), N being the line of the table. Fuzzing begins with them.
"""
import json
import os
import re
import shlex
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OBSERVATION = (HERE.parent / "cases/observations/linux-busy-destination.json").read_bytes()
# What a row of each kind is to a fuzz target; None where none reads it.
KINDS = {"check": "words", "policy": "policy", "newer": "policy", "policy-path": None, "observation": "observation",
         "stdin": "observation", "observation-path": None, "remediate": None, "on-alert": None, "alert": None}
SYSTEMS = ("-linux", "-windows")
# Stands for any words of the operating system, in a message.
REASON = "@REASON@"
ROW = re.compile(r"([a-z-]+) (.*?) => (\S|\S.*\S)")
LET = re.compile(r"let ([A-Z_]+) = (.*\S)")
KEY = r'(?:"[^"]*"|\w+)'
EDIT = re.compile(rf"({KEY}(?:\.{KEY})*)(?: = (.+))?")


class Row:
    """What a line of the table says; `fault` tells why it is none that can be run."""

    def __init__(self, number, line):
        self.number, self.line, self.fault, self.taken = number, line, None, False
        self.kind = self.system = self.text = self.input = self.message = ""

    def read(self, names):
        parts = ROW.fullmatch(self.line)
        if not parts:
            raise ValueError("expected KIND INPUT => MESSAGE")
        self.kind, self.text, message = parts.groups()
        for system in SYSTEMS:
            if self.kind.endswith(system):
                self.kind, self.system = self.kind.removesuffix(system), system[1:]
        if self.kind not in KINDS:
            raise ValueError(f"'{self.kind}' is no kind of row ({', '.join(KINDS)})")
        self.input, self.message = expand(self.text, names), expand(message, names)
        self.given()

    def name(self):
        """The row without its message, in one short line."""
        return self.line.partition(" => ")[0][:90]

    def is_for(self, system):
        return self.system in ("", system)

    def given(self):
        """The words, the file or the line that a program gets."""
        if self.kind in ("check", "remediate", "on-alert"):
            return words(self.input)
        if self.kind == "alert":
            return escaped(self.input)
        if self.kind.endswith("-path"):
            return self.input
        if not self.text[0].isalpha():
            return whole(self.input)
        return edited(OBSERVATION if KINDS[self.kind] == "observation" else b'{"schema": 1}', self.input)


class Table:
    """All rows, and the names that they use."""

    def __init__(self):
        self.path = Path(os.environ.get("TABLE", HERE / "table"))
        self.lines = self.path.read_text(encoding="utf-8").split("\n")
        self.names, self.rows = {}, []
        seen = {}
        for number, line in enumerate(self.lines, 1):
            if line and line[0] != "#":
                self.add(Row(number, line), seen)

    def add(self, row, seen):
        let = LET.fullmatch(row.line)
        if let:
            self.names[let[1]] = let[2]
            return
        self.rows.append(row)
        try:
            row.read(self.names)
        except ValueError as error:
            row.fault = str(error)
            return
        before = seen.setdefault(row.line.partition(" => ")[0], row.number)
        if before != row.number:
            row.fault = f"line {before} gives the same"

    def write(self, rows):
        """Writes the table with the messages that the rows took, names for their parts included."""
        for row in rows:
            if row.taken:
                message = row.message
                for name in sorted(self.names, key=lambda name: -len(self.names[name])):
                    message = message.replace(self.names[name], f"@{name}@")
                self.lines[row.number - 1] = f"{row.line.partition(' => ')[0]} => {message}"
        self.path.write_text("\n".join(self.lines), encoding="utf-8")


def expand(text, names):
    """"@300*x@" is three hundred x, "@2*x#,@" is x0,x1, "@NAME@" what the name stands for."""

    def repeated(match):
        return "".join(match[2].replace("#", str(i)) for i in range(int(match[1])))

    def named(match):
        if match[0] != REASON and match[1] not in names:
            raise ValueError(f"no line 'let {match[1]} = ...' above")
        return names.get(match[1], match[0])

    return re.sub(r"@(\d+)\*([^@]+)@", repeated, re.sub("@([A-Z_]+)@", named, text))


def words(text):
    """The words of a command line, \\-escapes inside '...' included: bytes."""
    return [word.encode("latin-1", "backslashreplace").decode("unicode_escape").encode("latin-1")
            if "\\" in word else word.encode() for word in shlex.split(text)]


def escaped(text):
    return text.encode().decode("unicode_escape").encode("latin-1")


def whole(text):
    """The bytes of a file; "@\\xFF@" is one that no text can hold."""
    return re.sub(rb"@(\\[^@]+)@", lambda match: escaped(match[1].decode()), text.encode())


def edited(good, text):
    """The bytes of a good file after its edit: PATH = JSON, or PATH to take it away."""
    edit = EDIT.fullmatch(text)
    if not edit:
        raise ValueError("expected PATH = JSON, PATH, or a whole file, which begins with no letter")
    *parents, last = [key.strip('"') for key in re.findall(KEY, edit[1])]
    document = json.loads(good)
    place = document
    try:
        value = json.loads(edit[2] or "null")
        for key in parents:
            place = place[int(key)] if isinstance(place, list) else place.setdefault(key, {})
        last = int(last) if isinstance(place, list) else last
        if edit[2]:
            place[last] = value
        else:
            del place[last]
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON behind ' = ': {error}") from None
    except (LookupError, TypeError, AttributeError, ValueError):
        raise ValueError(f"the good file has no {edit[1]}") from None
    return json.dumps(document, ensure_ascii=False).encode()


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: tests/bad-input/rows.py DIRECTORY")
    for row in Table().rows:
        folder = KINDS.get(row.kind)
        if folder and not row.fault:
            given = row.given()
            path = Path(sys.argv[1]) / folder / str(row.number)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(given if isinstance(given, bytes) else b"".join(word + b"\n" for word in given))


if __name__ == "__main__":
    main()
