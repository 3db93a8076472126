# SPDX-License-Identifier: MIT
"""A network namespace of its own with a port_driver in it, which ends with it."""
import subprocess
import time

CLIENT = ["sh", "-c", 'ip link set lo up && exec "$0"']


class Broken(Exception):
    """Something that is not a verdict: a command refused, a program that printed no answer."""


class Namespace:
    def __init__(self, driver):
        self.driver = subprocess.Popen(["unshare", "--net", "--"] + CLIENT + [driver], text=True,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.stdin.close()
        self.driver.wait()
        self.driver.stdout.close()

    def tell(self, command):
        """The words of port_driver's answer."""
        self.driver.stdin.write(command + "\n")
        self.driver.stdin.flush()
        answer = self.driver.stdout.readline().strip()
        if not answer or answer.startswith("error"):
            raise Broken(f"'{command}' gave '{answer}'")
        return answer.split()

    def run(self, *words):
        """A program in this namespace: (exit code, standard output, standard error)."""
        done = subprocess.run(["nsenter", "--target", str(self.driver.pid), "--net", "--", *words],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def make(self, commands, at_truth):
        """Does a mixture's commands; at "truth" it calls."""
        wait = 0.05
        self.tell("usable")  # the namespace is there
        for command in commands:
            if command == "age":
                time.sleep(wait)  # what tcp_tw_reuse_delay is, and more
            elif command == "truth":
                at_truth()
            elif command.startswith("ip "):
                code, _, said = self.run(*command.split())
                if code != 0:
                    raise Broken(f"'{command}': {said.strip()}")
            elif command.startswith("set ipv4/tcp_tw_reuse_delay "):
                wait = self.set_delay(command)
            else:
                self.tell(command)

    def set_delay(self, command):
        """The seconds after which a TIME_WAIT may be reused: Linux before 6.14 has no such key."""
        try:
            self.tell(command)
            return 0.05
        except Broken:
            return 1.3
