# SPDX-License-Identifier: MIT
"""What the fault sweeps share: where a program's main begins, one injected fault, counting.

A fault is carried out with strace's --inject (a system call fails, or returns 0) or by the
preloaded library (memory, netlink, clock). Each run is judged by its sweep: the judge
returns the kind of outcome, or raises Violation.
"""
import collections
import os
import re
import subprocess
import tempfile
import time

RUN_LIMIT_S = 300  # only ends a hang: far above any time limit that the programs are given


class Violation(Exception):
    """An outcome that must not be."""


class Run:
    """One finished run: exit code (None = killed by a signal or by us), output."""

    def __init__(self, command, env=None, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        # Not pipes: Wine's server, which the first program starts, would hold them open.
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            options.setdefault("stdout", output)
            try:
                done = subprocess.run(command, stderr=errors, check=False, timeout=RUN_LIMIT_S,
                                      env={**os.environ, **(env or {})}, **options)
            except subprocess.TimeoutExpired:
                raise Violation("still running after %d s" % RUN_LIMIT_S) from None
            self.code = done.returncode
            self.output, self.errors = (self.text(file) for file in (output, errors))

    @staticmethod
    def text(file):
        file.seek(0)
        return file.read().decode("utf-8", "replace")

    def first_line(self):
        return self.output.partition("\n")[0]


class Population:
    """The sockets in TIME_WAIT live for 60 s, the sweeps longer: they are made again, by the
    command in POPULATION."""

    EVERY_S = 30
    SAFE_S = 58
    made = None

    @classmethod
    def keep(cls):
        if "POPULATION" not in os.environ or cls.made and time.monotonic() - cls.made < cls.EVERY_S:
            return
        cls.made = time.monotonic()
        subprocess.run(os.environ["POPULATION"].split(), stdout=subprocess.DEVNULL, check=True,
                       stdin=subprocess.DEVNULL)
        time.sleep(1.2)  # then the kernel would reuse them: the numbers stand still

    @classmethod
    def is_old(cls):
        """Whether some may be gone by now."""
        return "POPULATION" in os.environ and time.monotonic() - cls.made >= cls.SAFE_S

    @classmethod
    def seen_by(cls, run):
        """What run() returns, when all of them were there from its beginning to its end."""
        cls.keep()
        done = run()
        while cls.is_old():
            cls.keep()
            done = run()
        return done


class Tally:
    """Counts outcomes by kind; prints the violations and the closing lines."""

    def __init__(self, name, sample):
        self.name = name
        self.sample = sample
        self.kinds = collections.Counter()
        self.violations = []
        self.planned = 0

    def take(self):
        """Whether the next fault is in the sample (every N-th one)."""
        self.planned += 1
        return self.planned % self.sample == 0

    def add(self, label, judge, run):
        try:
            self.kinds[judge(Population.seen_by(run))] += 1
        except Violation as violation:
            self.kinds["VIOLATION"] += 1
            self.violations.append(f"{label}: {violation}")

    def print_group(self, title):
        total = sum(self.kinds.values())
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kinds.items()))
        for violation in self.violations[:10]:
            print(f"not ok {title}: {violation}")
        if total == 0:
            print(f"not ok {title}: no fault was tried")
            return False
        if not self.violations:
            print(f"ok {title}: {total} faults: {kinds}")
        return not self.violations


CALL = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?([a-z0-9_]+)\(")


def fired(marker):
    """Whether the preloaded library carried its fault out (tests/faults/preload/bend.c)."""
    return os.path.exists(marker) and os.path.getsize(marker) > 0


def calls_after_main(command, main_mark, env=None):
    """[(name, n)]: the system calls of a run from main on, n as strace counts them (from
    the start of the process); main begins with the call that the pattern describes."""
    path = os.path.join(os.environ["SCRATCH"], "trace")
    subprocess.run(["strace", "-f", "-o", path, *command], stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
                   timeout=RUN_LIMIT_S, env={**os.environ, **(env or {})})
    seen = collections.Counter()
    calls = []
    in_main = False
    with open(path, encoding="utf-8", errors="replace") as trace:
        for line in trace:
            match = CALL.match(line)
            if not match:
                continue
            name = match.group(1)
            seen[name] += 1
            in_main = in_main or re.search(main_mark, line) is not None
            if in_main and name not in ("exit_group", "rt_sigreturn"):
                calls.append((name, seen[name]))
    if not calls:
        raise SystemExit(f"no system call after {main_mark} in the trace")
    return calls


def injected(command, name, n, how):
    """The command with the n-th call of that name failing: how = error=EIO, retval=0 ..."""
    return ["strace", "-f", "-o", "/dev/null", "-e", f"trace={name}",
            "-e", f"inject={name}:{how}:when={n}", *command]
