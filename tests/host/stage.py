# SPDX-License-Identifier: MIT
"""A stage for processes in control groups as systemd and the container engines make them, in a
network, a mount and a process namespace of its own: a script plays once outside and once inside.
"""
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HANG_S = 300
NAMESPACES = ["unshare", "--net", "--mount", "--cgroup", "--pid", "--fork", "--mount-proc", "--kill-child"]


class Test:
    def __init__(self):
        self.counts = {"passed": 0, "failed": 0, "skipped": 0}

    def same(self, name, wanted, got):
        self.counts["passed" if wanted == got else "failed"] += 1
        print(f"ok {name}" if wanted == got else f"not ok {name}: {got}, expected {wanted}", flush=True)

    def skip(self, name, why):
        self.counts["skipped"] += 1
        print(f"skip {name}: {why}", flush=True)

    def add(self, counts):
        for what, number in counts.items():
            self.counts[what] += number

    def finish(self):
        print(", ".join(f"{number} {what}" for what, number in self.counts.items()))
        return 1 if self.counts["failed"] or not sum(self.counts.values()) else 0


def start(run, group_file=None):
    """A child that runs it, in that group; returns when it has all that it holds."""
    ready, done = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.close(ready)
            if group_file:
                with open(group_file, "w", encoding="ascii") as file:
                    file.write("0")
            run(done)
        os._exit(1)
    os.close(done)
    if os.read(ready, 1) != b"x":
        raise RuntimeError(f"a process ended before it had its sockets: {group_file or 'server'}")
    os.close(ready)
    return child


def mount_groups(top):
    """Version 2 of the control groups, as a container sees it: its own are the whole tree."""
    os.mkdir(top)
    subprocess.run(["mount", "-t", "cgroup2", "none", top], check=True)


def own_group():
    """Where version 2 is mounted, and this process' directory there; None where it is not."""
    with open("/proc/self/cgroup", encoding="ascii") as file:
        path = next((line[3:].strip() for line in file if line.startswith("0::")), None)
    with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as file:
        mounts = [line.split() for line in file]
    mount = next((words[4] for words in mounts if words[words.index("-") + 1] == "cgroup2" and words[3] == "/"), None)
    return (mount, mount + path) if mount and path else None


def why_no_groups():
    group = own_group()
    if not group or not os.access(group[1], os.W_OK) or os.statvfs(group[1]).f_flag & os.ST_RDONLY:
        return "no place for control groups of version 2"
    return None


def remove_groups(top):
    """Of processes that were ended just now a group may not know yet."""
    end = time.monotonic() + HANG_S
    while os.path.isdir(top) and time.monotonic() < end:
        for directory, _, _ in os.walk(top, topdown=False):
            with contextlib.suppress(OSError):
                os.rmdir(directory)
        time.sleep(0.05)  # between two looks


def why_no_namespaces():
    if os.geteuid() != 0:
        return "needs root"
    if not shutil.which("setpriv") or not shutil.which("ip"):
        return "needs 'setpriv' and 'ip'"
    if subprocess.run([*NAMESPACES, "true"], stderr=subprocess.DEVNULL, check=False).returncode:
        return "cannot make namespaces"
    return None


def why_not():
    why = why_no_namespaces()
    if not why and tuple(int(part) for part in os.uname().release.split(".")[:2]) < (6, 8):
        why = "Linux before 6.8 lists no bound-only sockets"
    return why or why_no_groups()


def with_scratch(tools, run):
    """Runs run(test, scratch) with copies of these tools in that directory; the exit code of the test."""
    scratch = tempfile.mkdtemp()
    test = Test()
    try:
        os.chmod(scratch, 0o755)
        for tool in tools:
            shutil.copy(tool, scratch)
        run(test, scratch)
        return test.finish()
    finally:
        shutil.rmtree(scratch)


def play_inside(test, scratch, command):
    subprocess.run(command, check=True)
    with open(os.path.join(scratch, "counts"), encoding="ascii") as file:
        test.add(json.load(file))


def outside_without_groups(script, check, tools):
    """As outside() below, where no control groups can be made: OUTSIDE is empty."""
    return with_scratch(tools, lambda test, scratch: play_inside(
        test, scratch, [*NAMESPACES, sys.executable, script, check, "--inside", scratch, ""]))


def outside(script, check, tools, judge_groups=None):
    """Two groups: the root of what is seen inside, and one that is not. The script plays inside with
    --inside SCRATCH OUTSIDE, where these tools are, and writes its counts to SCRATCH/counts."""
    mount, group = own_group()
    top = os.path.join(group, f"test-{os.path.basename(script)}-{os.getpid()}")

    def run(test, scratch):
        for name in ("inside", "outside"):
            os.makedirs(os.path.join(top, name))
        if judge_groups:
            judge_groups(test, scratch, mount, top)
        enter = f'echo $$ >"{top}/inside/cgroup.procs" && exec "$@"'
        play_inside(test, scratch, ["sh", "-c", enter, "sh", *NAMESPACES, sys.executable, script, check,
                                    "--inside", scratch, f"{top}/outside"])
    try:
        return with_scratch(tools, run)
    finally:
        remove_groups(top)


def leave_counts(test, scratch):
    with open(os.path.join(scratch, "counts"), "w", encoding="ascii") as file:
        json.dump(test.counts, file)


def play(usage, inside, play_outside, find_obstacle=why_not):
    """The main function of a script that plays here, unless find_obstacle() says why it cannot."""
    if len(sys.argv) == 5 and sys.argv[2] == "--inside":
        return inside(*sys.argv[3:])
    if len(sys.argv) != 2:
        print(usage, file=sys.stderr)
        return 2
    why = find_obstacle()
    if why:
        print(f"skip {os.path.basename(sys.argv[0])}: {why}\n0 passed, 0 failed, 1 skipped")
        return 0
    return play_outside(sys.argv[1])
