# SPDX-License-Identifier: MIT
"""What the check said of one mixture, held against the truth."""
import json
import time

from namespace import Broken, Namespace

CRITICAL = 2
OLD_S = 50  # a TIME_WAIT stays for 60: what took longer may have changed under the look
LIMIT = 80  # of destination_usage; more than this is CRITICAL
METRICS = "port_usage,destination_usage"
TRACE = "strace -qq -o /dev/stderr -e trace=connect".split()


class View:
    """One run of the check."""

    def __init__(self, space, *check):
        code, out, self.said = space.run(*check, "-t", "20", "-m", METRICS, "-o", "json")
        try:
            self.document = json.loads(out)
        except ValueError:
            raise Broken(f"the check printed no JSON, exit code {code}: {self.said or out}") from None
        self.code = self.document["exit_code"]
        self.usage = self.document["metrics"]["destination_usage"]["value"]
        if self.usage is None:
            raise Broken("destination_usage is unknown")

    @property
    def is_critical(self):
        return self.code == CRITICAL

    @property
    def asked(self):
        return self.document.get("asked") or []

    @property
    def is_refused(self):
        """Does any question about connect() get the answer that no port is free?"""
        return any(ask["answer"] == "none" and ask["kind"] == "connect" for ask in self.asked)

    @property
    def is_by_asking(self):
        """Its number alone would not be CRITICAL."""
        return self.is_critical and self.usage <= LIMIT


class Outcome:
    """A mixture with its truth and the verdicts: without asking, asking a kernel that always says
    no, asking."""

    def __init__(self, mixture, driver, check):
        started = time.monotonic()
        self.mixture = mixture
        self.worst = None
        with Namespace(driver) as space:
            space.make(mixture.commands, lambda: self.ask_oracle(space))
            self.unasked = View(space, check, "--no-ask")
            self.asking = View(space, check)
            self.lied_to = self.lie(space, check)
            if not self.worst:
                self.ask_oracle(space)
            self.is_late = time.monotonic() - started > OLD_S
            self.oracle_error = self.try_oracle(space) if mixture.is_real else ""

    @staticmethod
    def lie(space, check):
        """The answers to the last questions, those about connections, are all "no port is free".
        Before them the kernel is asked which ports are closed."""
        honest = View(space, *TRACE, check)
        asked = sum(ask["kind"] == "connect" and ask["answer"] != "unknown" for ask in honest.asked)
        first = honest.said.count("connect(") - asked + 1
        return View(space, *TRACE, "-e", f"inject=connect:error=EADDRNOTAVAIL:when={first}+", check)

    def ask_oracle(self, space):
        self.usable, self.used, self.closed = (int(space.tell(word)[0]) for word in ("usable", "used", "closed"))
        taken, *self.worst = space.tell("worst")
        self.taken = int(taken)

    def try_oracle(self, space):
        """The truth again, by real connections; an odd range's first port is not always found."""
        local, remote, device = self.worst
        how = f"late={local}" + (f" device={device}" if device != "-" else "")
        done = int(space.tell(f"connect {remote} all {how}")[0])
        free = self.usable - self.taken
        if free - self.usable % 2 <= done <= free:
            return ""
        return f"the oracle says {free} ports are free, {done} connections succeeded"

    @property
    def is_critical(self):
        return 100 * self.taken > LIMIT * self.usable

    @property
    def guard_holds(self):
        """Enough ports have a socket for "no port is free" to be exhaustion."""
        return 10 * self.used >= 9 * self.usable or self.used >= self.usable - 2

    @property
    def truth(self):
        return 100 * self.taken / self.usable

    def describe(self):
        return (f"true {self.taken} of {self.usable} ({self.truth:.1f} %) at {' > '.join(self.worst[:2])}"
                f"{'' if self.worst[2] == '-' else ' on ' + self.worst[2]}, {self.closed} closed, {self.used} used; "
                f"asking {self.asking.usage} % exit {self.asking.code}, "
                f"not asking {self.unasked.usage} % exit {self.unasked.code}")

    def may_miss(self, view):
        """A mixture that this run of the check cannot see."""
        return self.mixture.is_exception or not (view is self.unasked or self.mixture.can_be_asked)

    def faults(self):
        """What is wrong, in words."""
        for name, view in (("asking", self.asking), ("not asking", self.unasked)):
            if abs(self.truth - LIMIT) < self.mixture.tolerance:
                continue
            if view.is_critical and not self.is_critical:
                yield f"false CRITICAL, {name}"
            if self.is_critical and not view.is_critical:
                yield f"missed CRITICAL, {name}" + (", as it must be" if self.may_miss(view) else "")
        for name, view in (("asking", self.asking), ("lied to", self.lied_to)):
            if view.is_by_asking and not self.guard_holds:
                yield f"CRITICAL by asking, though the guard does not hold ({name})"
        if self.oracle_error:
            yield self.oracle_error
