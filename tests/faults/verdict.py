# SPDX-License-Identifier: MIT
"""What the check may say under a fault: UNKNOWN with its cause, or the truth."""
import json
import os

from faults import Population, Run, Violation

METRICS = "port_usage,destination_usage,time_wait,udp_port_usage,misconfigured"


def metrics_of_this_machine():
    """Those that it has: conntrack_usage only where connections are tracked."""
    tracks = os.path.exists("/proc/sys/net/netfilter/nf_conntrack_max")
    return METRICS + (",conntrack_usage" if tracks else "")


def without(document, gone):
    """A copy of it in which no object has that key."""
    if isinstance(document, dict):
        return {key: without(value, gone) for key, value in document.items() if key != gone}
    return [without(value, gone) for value in document] if isinstance(document, list) else document


class Check:
    """`program`: the command that runs it; `library`: what bent() preloads."""

    def __init__(self, program, library=None, metrics=METRICS):
        self.library = library
        self.command = [*program, "-t", "5", "-m", metrics, "-o", "json"]
        self.text = [*program, "-t", "5", "-m", metrics]
        # A busy machine may take longer than the runs under faults are given.
        self.good = self.without_fault([*self.command, "-t", "60"])
        if self.good["state"] != "OK":
            raise SystemExit(f"the check is not OK without a fault: {self.good['summary']}")

    def without_fault(self, command):
        return self.content(Population.seen_by(lambda: Run(command)).output)

    @staticmethod
    def content(output):
        """The report without what differs from run to run."""
        report = json.loads(output)
        for key in ("time", "cost", "heading"):  # heading: of the ages of TIME_WAIT, which grow
            report.pop(key, None)
        report.get("sockets", {}).pop("close_rate", None)
        return report

    def judge(self, run):
        """The kind of the outcome of a run with -o json."""
        if run.code is None or run.code < 0 or run.code > 3:
            raise Violation(f"ended by {run.code}: {run.errors[-200:]}")
        if run.output == "":
            if run.code == 3:
                return "exit 3, nowhere to write"
            raise Violation(f"no output and exit code {run.code}")
        try:
            report = self.content(run.output)
        except ValueError:
            if run.code == 3:  # cut short: the caller sees a failure
                return "exit 3, output cut"
            raise Violation(f"exit {run.code} with half an output: ...{run.output[-200:]!r}") from None
        if report.get("exit_code", run.code) != run.code:
            raise Violation(f"says {report['state']}, exits {run.code}")
        if run.code == 3:
            return self.judge_unknown(report)
        if report == self.good and run.code == 0:
            return "no effect"
        return self.judge_other(report, run.code)

    @staticmethod
    def judge_unknown(report):
        for name, metric in report.get("metrics", {}).items():
            if metric["value"] is None and not metric["reason"]:
                raise Violation(f"{name} is unread without a reason")
        if len(report["summary"]) < len("PORTS UNKNOWN: x"):
            raise Violation(f"no cause in '{report['summary']}'")
        return "UNKNOWN with its cause"

    def are_owners(self, report, changed):
        """Whether nothing changed but whose the sockets are, with the reason; or but what users are
        called, who then are numbers."""
        if not set(changed) <= {"destinations", "owners", "owners_unread"}:
            return False
        if without(report.get("destinations"), "owners") != without(self.good.get("destinations"), "owners"):
            return False
        return bool(report.get("owners_unread")) or without(report, "user") == without(self.good, "user")

    def judge_other(self, report, code):
        """Not as without the fault, and not UNKNOWN: every number must be there, and right,
        and a note must say what is different."""
        noted = len(report["notes"]) > len(self.good["notes"])
        for name, metric in self.good["metrics"].items():
            value = report["metrics"][name]["value"]
            if noted and name == "destination_usage" and value > metric["value"]:
                return "an upper bound, noted"
            if value != metric["value"]:
                raise Violation(f"exit {code}, but {name} is {value}")
        if code != 0:
            raise Violation(f"exit {code} with the numbers of OK: {report['summary']}")
        if not noted:
            changed = [key for key in self.good if report.get(key) != self.good[key]]
            if changed == ["host"] and report["host"] in (None, ""):
                return "right, without the host's name"
            # How many bound sockets there may be is known of the whole machine only, where others
            # come and go: the numbers are those of the run without the fault (see above).
            bounds = {"summary", "metrics"} & set(changed)
            if bounds and " at least " in report["summary"] + self.good["summary"]:
                changed = [key for key in changed if key not in bounds]
                if not changed:
                    return "right, and called a lower bound in the line"
            if report["owners_unread"] and report["owners_unread"] != self.good["owners_unread"]:
                changed = [key for key in self.beyond_owners(report) if key in changed]
                if not changed:
                    return "right, and says what it does not know of owners"
            if changed == ["notes"] and len(report["notes"]) == len(self.good["notes"]):
                return "right by another way, noted"
            if changed == ["conntrack"] and "insert_failed" not in report["conntrack"]:
                return "right, without counters that not every kernel has"
            if changed == ["sockets"]:
                changed = self.beyond_a_walk(report["sockets"])
                if not changed:
                    return "right, by one walk more or less"
            if changed == ["settings"]:
                changed = [new["name"] for new, old in zip(report["settings"], self.good["settings"]) if new != old and not new["why"]]
                if not changed:
                    return "right, and says what it could not read"
            if self.are_owners(report, changed):
                return "right, and says that owners were not read"
            raise Violation(f"OK, but {changed} differ and no note says so")
        return "right by another way, noted"

    def beyond_owners(self, report):
        """What differs besides whose the sockets are."""
        def of_sockets(key, value):
            if key == "destinations":
                return [{name: part for name, part in one.items() if name != "owners"} for one in value]
            return value
        return [key for key, value in self.good.items() if key not in ("owners", "owners_unread")
                and of_sockets(key, report.get(key)) != of_sockets(key, value)]

    def beyond_a_walk(self, sockets):
        """What differs of the sockets, each as "KEY OLD -> NEW", besides what one more walk tells.
        Whether that walk is needed is asked of the whole machine, where others come and go: the
        run without the fault may have made it and this one not, or the reverse."""
        old, new = ({**of.pop("states"), **of} for of in (dict(self.good["sockets"]), dict(sockets)))
        of_the_walk = {"bound", "ports_closed", "ports_closed_known"} if (old["bound"] is None) != (new["bound"] is None) else set()
        return [f"{key} {old.get(key)} -> {value}" for key, value in new.items()
                if key not in of_the_walk and value != old.get(key)]

    def judge_text(self, run):
        """The plain output: one line that names the cause, or what it always says."""
        if run.code == 0 and run.output.startswith("PORTS OK: "):
            return "no effect"
        if run.code != 3 or not run.output.startswith("PORTS UNKNOWN: "):
            raise Violation(f"exit {run.code}: {run.first_line()}")
        return "UNKNOWN with its cause"

    def bent(self, command, **bend):
        return Run(command, env={"LD_PRELOAD": self.library,
                                 **{f"BEND_{key}": str(value) for key, value in bend.items()}})
