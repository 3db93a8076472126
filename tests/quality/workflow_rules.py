# SPDX-License-Identifier: MIT
"""What must hold for a workflow of .github/workflows, as sentences that name each breach: no hosted
runner is here to try one."""
import re
import shlex
import subprocess

import yaml

# Beside what is in the tree. `cmd` knows the words of the second list.
PROGRAMS = {"bash": {"apt-get", "git", "make"}, "cmd": {"mkdir", r"%SystemRoot%\System32\tar.exe"}}
# Who may write, and what: each other job reads alone.
MAY_WRITE = {("release.yml", "attach"): {"contents": "write"}}
IMAGES = {"debian:12", "debian:13"}
TIMEOUT_MAX = 120
PINNED = re.compile(r"actions/[a-z-]+@[0-9a-f]{40}")


class Tree:
    """The files that workflows call."""

    def __init__(self, root):
        self.root = root
        makefile = (root / "Makefile").read_text().replace("\\\n", " ")
        self.targets = set(" ".join(re.findall(r"^\.PHONY:(.*)$", makefile, re.M)).split())
        labels = yaml.safe_load((root / ".github/actionlint.yaml").read_text())
        self.labels = set(labels["self-hosted-runner"]["labels"])

    def has_program(self, name):
        path = self.root / name
        return path.is_file() and path.stat().st_mode & 0o111

    def kit_has(self, name):
        return (self.root / "tests/windows-kit" / name).is_file()

    def kit_says(self, text):
        """Whether a source of the kit has this text."""
        return any(text in path.read_text() for path in (self.root / "tests/windows-kit").rglob("*.c"))


def values_of(text, job):
    """The values that a text with ${{ matrix.NAME }} takes."""
    name = re.search(r"\$\{\{ matrix\.(\w+) \}\}", text)
    if not name:
        return [text]
    values = job.get("strategy", {}).get("matrix", {}).get(name[1], [])
    return [text.replace(name[0], str(value)) for value in values] or [text]


def bash_commands(text):
    """The words of each simple command of lines without control structures."""
    for line in text.splitlines():
        words = shlex.shlex(line, posix=True, punctuation_chars=True)
        words.whitespace_split = True
        command = []
        for word in words:
            if set(word) <= set(";&|"):
                yield command
                command = []
            else:
                command.append(word)
        yield command


def cmd_commands(text):
    for line in text.splitlines():
        line = re.sub(r"^for %%\w in \([^)]*\) do ", "", line.strip())
        yield re.sub(r"^call ", "", line).split()


def judge_command(words, shell, tree):
    name = words[0]
    if name == "make":
        for target in words[1:]:
            if target not in tree.targets:
                yield f"`make {target}`: the Makefile has no such target"
    elif shell == "cmd" and name == "kit.cmd":
        if not tree.kit_has(name):
            yield "the kit has no kit.cmd"
        yield from (f"the kit knows no '{word}'" for word in words[1:] if not tree.kit_says(f'"{word}"'))
    elif name not in PROGRAMS[shell] and not (shell == "bash" and "/" in name and tree.has_program(name)):
        yield f"calls '{name}', which is neither a program of this tree nor one of its few others"


def shellcheck(text):
    try:
        done = subprocess.run(["shellcheck", "-s", "bash", "-f", "gcc", "-"], input=text, text=True, stdout=subprocess.PIPE)
    except FileNotFoundError:
        return
    yield from (f"shellcheck: {line}" for line in done.stdout.splitlines())


def judge_run(step, job, tree):
    text, shell = step["run"], job.get("defaults", {}).get("run", {}).get("shell")
    if shell not in PROGRAMS:
        yield f"the shell '{shell}' is neither bash nor cmd (defaults of the job)"
        return
    if "${{" in text:
        yield "an expression inside `run`: a text of somebody else becomes a command"
    for words in bash_commands(text) if shell == "bash" else cmd_commands(text):
        if words:
            yield from judge_command(words, shell, tree)
    if shell == "bash":
        yield from shellcheck(text + "\n")


def judge_action(step, text):
    action = step["uses"]
    if not PINNED.fullmatch(action):
        yield f"'{action}' is not an action of actions/, pinned to a commit"
    elif not re.search(re.escape(action) + r" # v\d", text):
        yield f"'{action}' without a comment that tells its version"
    if action.startswith("actions/checkout@") and step.get("with", {}).get("persist-credentials") is not False:
        yield "a checkout that leaves its credentials in the tree"


def judge_uploaded(step, tree):
    """What is kept of a run of the kit is what that writes, beside itself."""
    for name in re.findall(r"^kit/(\S+)$", step.get("with", {}).get("path", ""), re.M):
        if not tree.kit_says(name):
            yield f"keeps 'kit/{name}', which the kit does not write"


def artifacts(job, action):
    return {value for step in job.get("steps", []) if step.get("uses", "").startswith(f"actions/{action}-artifact@")
            for value in values_of(step["with"]["name"], job)}


def judge_handed_on(jobs, job):
    """What is downloaded was uploaded by a job that it waits for."""
    needs = job.get("needs", [])
    made = set()
    for name in [needs] if isinstance(needs, str) else needs:
        if name not in jobs:
            yield f"needs the job '{name}', which is not there"
        made |= artifacts(jobs.get(name, {}), "upload")
    for name in artifacts(job, "download") - made:
        yield f"downloads '{name}', which no job that it needs uploads"


def judge_called(job, tree):
    path = tree.root / job["uses"]
    if not path.is_file() or "workflow_call" not in path.read_text():
        yield f"calls the workflow '{job['uses']}', which is not there or cannot be called"


def judge_machine(job, tree):
    for label in values_of(str(job.get("runs-on")), job):
        if label not in tree.labels:
            yield f"runs on '{label}', a label that .github/actionlint.yaml does not list"
    if not 0 < job.get("timeout-minutes", 0) <= TIMEOUT_MAX:
        yield f"has no timeout-minutes, or more than {TIMEOUT_MAX}"
    if "container" in job:
        for image in values_of(job["container"]["image"], job):
            if image not in IMAGES:
                yield f"runs in '{image}', expected one of {', '.join(sorted(IMAGES))}"


def judge_job(where, job, text, tree):
    if "permissions" in job and job["permissions"] != MAY_WRITE.get(where):
        yield f"may do {job['permissions']}"
    if "uses" in job:
        yield from judge_called(job, tree)
        return
    yield from judge_machine(job, tree)
    for step in job.get("steps", []):
        if "run" in step:
            yield from judge_run(step, job, tree)
        else:
            yield from judge_action(step, text)
            yield from judge_uploaded(step, tree)


def judge(name, text, tree):
    """Each breach of a workflow as "JOB: what"."""
    workflow = yaml.safe_load(text)
    if workflow.get("permissions") != {"contents": "read"}:
        yield f"permissions are {workflow.get('permissions')}, expected to read contents and nothing else"
    # YAML 1.1 reads the key `on` as true.
    if "pull_request_target" in workflow.get(True, {}):
        yield "pull_request_target: a stranger's code would run with our rights"
    jobs = workflow.get("jobs", {})
    for job_name, job in jobs.items():
        for breach in [*judge_job((name, job_name), job, text, tree), *judge_handed_on(jobs, job)]:
            yield f"{job_name}: {breach}"
