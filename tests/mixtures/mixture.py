# SPDX-License-Identifier: MIT
"""One seeded mixture: which sockets are made in a namespace, as commands of port_driver."""
import random

LOOPBACK = "127.0.0.1"
FAR = "10.99.0.1"  # an address of this host that is not loopback's
SILENT = "10.98.0.9:7001"  # a neighbour that does not answer, behind lan0
LINKS = ("lan0", "lan1")


class Mixture:
    """Collects commands. Beside those of port_driver: "ip WORDS", "age" (until a TIME_WAIT may be
    reused) and "truth" (the truth is what it is here, not at the end)."""

    def __init__(self, seed, size=None, is_odd=False):
        self.seed = seed
        self.random = random.Random(seed)
        self.commands = []
        self.size = size or self.random.randint(25, 199) * 2 + is_odd
        self.first = 40000 + self.random.randint(0, 999)
        self.is_real = True  # what the oracle says can be tried with real connections
        self.can_be_asked = True
        self.is_exception = False  # nothing that can be read or asked shows it below 100 %
        self.tolerance = 0  # in points: a verdict nearer to the limit than this is not judged
        self.source = 0
        self.set_range(self.first, self.size)
        self.set("ipv4/tcp_tw_reuse", 0)

    # --- Settings -------------------------------------------------------------------------

    def set(self, key, value):
        self.commands.append(f"set {key} {value}")

    def set_range(self, first, size):
        self.first, self.size = first, size
        self.set("ipv4/ip_local_port_range", f"{first} {first + size - 1}")

    def reserve(self, *ports):
        self.set("ipv4/ip_local_reserved_ports", ",".join(str(port) for port in ports))

    def reuse(self, value, delay_ms=20):
        """tcp_tw_reuse; the delay exists since Linux 6.14, and is a second before."""
        self.set("ipv4/tcp_tw_reuse", value)
        self.set("ipv4/tcp_tw_reuse_delay", delay_ms)

    def age(self):
        self.commands.append("age")

    def lose(self, command):
        """Something that no question gets past: the ports are not changed by it."""
        self.is_real = False
        self.commands += ["truth", command]

    def add_address(self, address):
        self.commands.append(f"ip addr add {address}/32 dev lo")

    def add_links(self):
        """Two links whose neighbours never answer: connections there stay in SYN_SENT."""
        self.is_real = False
        self.set("ipv6/conf/default/accept_dad", 0)
        for number, link in enumerate(LINKS):
            self.commands += [
                f"ip link add {link} type veth peer name {link}x",
                f"ip link set {link} up", f"ip link set {link}x up",
                f"ip addr add 10.98.{number}.1/24 dev {link}", f"ip addr add fe80::1/64 dev {link} nodad",
                f"ip neigh add 10.98.{number}.9 lladdr 02:00:00:00:00:09 dev {link}",
                f"ip neigh add fe80::9 lladdr 02:00:00:00:00:09 dev {link}",
            ]

    # --- Amounts --------------------------------------------------------------------------

    def count(self, low, high):
        """So many sockets: a share of the range between two."""
        return max(1, round(self.size * self.random.uniform(low, high)))

    def level(self):
        """A share of the range: half of them near the limit of 80 %."""
        low, high = self.random.choice(((0.05, 0.75), (0.7, 0.9), (0.85, 1.05)))
        return self.random.uniform(low, high)

    def split(self):
        """Two amounts that are a level together."""
        level, share = self.level(), self.random.random()
        return max(1, round(self.size * level * share)), max(1, round(self.size * level * (1 - share)))

    def destination(self, number=0):
        return f"127.0.0.{1 + number // 4}:{7001 + number % 4}"

    def ports(self, count):
        """Different ports of the range, in no order."""
        return self.random.sample(range(self.first, self.first + self.size), min(count, self.size))

    # --- Sockets --------------------------------------------------------------------------

    def do(self, verb, where, count, how=""):
        if count > 0:
            self.commands.append(f"{verb} {where} {count} {how}".rstrip())

    def connect(self, count, how="", to=None):
        self.do("connect", to or self.destination(), count, how)

    def spread(self, count, how="", destinations=4):
        """So many connections in all, to several destinations at random."""
        parts = [0] * destinations
        for _ in range(count):
            parts[self.random.randrange(destinations)] += 1
        for number, part in enumerate(parts):
            self.connect(part, how, self.destination(number + 1))

    def bind(self, count, how="", address="0.0.0.0"):
        self.do("bind", address, count, how)

    def accept(self, count, how="", at=LOOPBACK):
        """Connections accepted on a port of the range whose listener is closed since."""
        self.source += 1
        self.do("accept", at, count, f"bind=127.{self.source}.0.2:20000 {how}")

    def explicit(self, verb, count, how="", where=None):
        """At ports of the program's choice; how holds FROM, which the port is put behind."""
        for port in self.ports(count):
            self.do(verb, (where or self.destination()) if verb == "connect" else f"{LOOPBACK}:{port}", 1,
                    f"bind={LOOPBACK}:{port} {how}" if verb == "connect" else how)

    def close(self, how="client", choice=""):
        self.commands.append(f"close {how} {choice}".rstrip())

    def abort(self, choice=""):
        self.commands.append(f"abort {choice}".rstrip())

    def shuffle(self, *makers, pieces=4):
        """The makers' commands in pieces, one in between the other: MAKER is (function, count)."""
        work = [(make, count // pieces + (piece < count % pieces))
                for make, count in makers for piece in range(pieces)]
        self.random.shuffle(work)
        for make, count in work:
            if count:
                make(count)
