# SPDX-License-Identifier: MIT
"""Kinds by the state of the host: TIME_WAIT, ranges that changed, addresses, links, routes."""
from mixture import FAR, LINKS, LOOPBACK, SILENT
from registry import ANY, BOUND, kind


# --- TIME_WAIT -----------------------------------------------------------------------------------

def leave_time_wait(m, how=""):
    first, second = m.split()
    m.connect(first, how)
    m.spread(m.count(0.1, 0.8), how)
    m.close(m.random.choice(("client", "client", "server")))
    return second


@kind
def time_wait(m):
    """TIME_WAIT, tcp_tw_reuse 0"""
    m.connect(leave_time_wait(m))


@kind
def time_wait_reused(m):
    """TIME_WAIT, tcp_tw_reuse 1"""
    m.reuse(1)
    second = leave_time_wait(m)
    m.age()
    m.connect(second)


@kind
def time_wait_young(m):
    """TIME_WAIT too young to be reused, tcp_tw_reuse 1"""
    m.reuse(1, 60000)
    m.connect(leave_time_wait(m))


@kind
def time_wait_reused_loopback(m):
    """TIME_WAIT to loopback and to another address, tcp_tw_reuse 2"""
    m.add_address(FAR)
    m.reuse(2)
    m.connect(m.count(0.1, 1), to=FAR + ":7001")
    second = leave_time_wait(m)
    m.age()
    m.connect(second)


@kind
def time_wait_lo(m):
    """TIME_WAIT through lo to another address, tcp_tw_reuse 2"""
    m.add_address(FAR)
    m.reuse(2)
    how = m.random.choice(("device=lo", "late=127.0.0.1", ""))
    m.connect(m.count(0.4, 1), how, FAR + ":7001")
    m.close()
    m.age()
    m.connect(m.count(0, 0.5), how, FAR + ":7001")


@kind
def time_wait_ipv6(m):
    """TIME_WAIT of IPv6 and of mapped addresses, tcp_tw_reuse 1 and 2"""
    m.reuse(m.random.choice((1, 2)))
    m.commands.append("ip addr add fd00::1/128 dev lo nodad")
    to = m.random.choice(("[::1]:7001", "[fd00::1]:7001", "[::ffff:127.0.0.1]:7001"))
    how = m.random.choice(("", "", "device=lo", "bind=[::]"))
    m.connect(m.count(0.4, 1), how, to)
    m.close()
    m.age()
    m.connect(m.count(0, 0.5), how, to)
    m.connect(m.count(0, 0.3), BOUND, m.destination(2))


@kind
def time_wait_bound(m):
    """TIME_WAIT of bound connections, tcp_tw_reuse 0"""
    m.connect(leave_time_wait(m, BOUND))


@kind
def time_wait_bound_reused(m):
    """TIME_WAIT of bound connections, tcp_tw_reuse 1"""
    m.reuse(1)
    second = leave_time_wait(m, BOUND)
    m.age()
    m.connect(second)


@kind
def time_wait_mixed_reused(m):
    """TIME_WAIT of plain and of bound connections, tcp_tw_reuse 1"""
    m.reuse(1)
    m.spread(m.count(0.2, 0.8), m.random.choice((BOUND, ANY)))
    second = leave_time_wait(m)
    m.age()
    m.connect(second)


@kind
def timestamps_off(m):
    """TIME_WAIT, tcp_tw_reuse 1, tcp_timestamps 0"""
    m.reuse(1)
    m.set("ipv4/tcp_timestamps", 0)
    second = leave_time_wait(m)
    m.age()
    m.connect(second)


@kind
def timestamps_late(m):
    """TIME_WAIT, tcp_tw_reuse 1, tcp_timestamps 0 when it was made, 1 now"""
    m.is_exception = True
    m.reuse(1)
    m.set("ipv4/tcp_timestamps", 0)
    m.connect(m.count(0.5, 1.05))
    m.close()
    m.set("ipv4/tcp_timestamps", 1)
    m.age()


@kind
def timestamps_late_among_others(m):
    """the same, all ports, beside destinations with connections now"""
    m.reuse(1)
    m.set("ipv4/tcp_timestamps", 0)
    m.connect(m.size)
    m.close()
    m.set("ipv4/tcp_timestamps", 1)
    m.age()
    m.spread(m.random.randint(5, 30), destinations=8)


@kind
def fin_wait2(m):
    """FIN_WAIT2 without an owner, tcp_tw_reuse 1"""
    m.reuse(1)
    first, second = m.split()
    m.connect(first)
    m.commands.append("leave client")
    m.age()
    m.connect(second)


# --- Pools that shrank, ranges that changed --------------------------------------------------------

def shrink(m, order):
    m.connect(m.count(0.55, 1), "group=1")
    how = m.random.choice(("abort", "close client"))
    m.commands.append(f"{how} group=1 {order} {m.count(0.2, 0.6)}")
    m.spread(m.count(0.05, 0.6), m.random.choice(("", "", BOUND)))


@kind
def shrunk_oldest(m):
    """a pool past half that shrank, oldest first"""
    shrink(m, "oldest")


@kind
def shrunk_youngest(m):
    """a pool past half that shrank, youngest first"""
    shrink(m, "youngest")


@kind
def shrunk_bound(m):
    """a bound pool past its half that shrank, oldest first"""
    m.spread(m.count(0.55, 1), BOUND + " group=1")
    m.commands.append(f"abort group=1 oldest {m.count(0.2, 0.6)}")
    m.connect(m.count(0.05, 0.9))


@kind
def range_parity(m):
    """a range whose first port changed parity"""
    first, second = m.split()
    m.shuffle((m.connect, first), (lambda n: m.spread(n, m.random.choice(("", BOUND))), second))
    m.set_range(m.first + m.random.choice((-1, 1, 3)), m.size)
    m.shuffle((m.connect, m.count(0, 0.4)), (lambda n: m.spread(n, BOUND), m.count(0, 0.3)))


@kind
def range_moved(m):
    """a range that moved or widened by an even number"""
    first, second = m.split()
    m.shuffle((m.connect, first), (lambda n: m.spread(n, BOUND), second))
    m.set_range(m.first - m.random.choice((10, 20)), m.size + m.random.choice((0, 10, 20)))
    m.connect(m.count(0, 0.5))


@kind
def range_odd(m):
    """an odd number of ports"""
    first, second = m.split()
    m.shuffle((m.connect, first), (lambda n: m.spread(n, m.random.choice(("", BOUND))), second))


range_odd.is_odd = True


@kind
def range_small(m):
    """a range of few ports"""
    m.set_range(m.first, 2 * m.random.randint(1, 10))
    first, second = m.split()
    m.shuffle((m.connect, first), (lambda n: m.spread(n, BOUND), second), pieces=2)


@kind
def reserved(m):
    """reserved ports"""
    start = m.first + m.random.randint(0, m.size // 2)
    m.reserve(f"{start}-{start + m.size // 8}", *m.ports(m.size // 10))
    first, second = m.split()
    m.shuffle((m.connect, first), (lambda n: m.spread(n, BOUND), second))


@kind
def reserved_odd(m):
    """the odd ports reserved, some of them in use before"""
    m.spread(m.count(0.05, 0.3), BOUND)
    m.reserve(*range(m.first + 1, m.first + m.size, m.random.choice((2, 4))))
    m.connect(m.count(0.1, 0.8))


# --- Addresses, families, devices ----------------------------------------------------------------

@kind
def two_addresses(m):
    """two local addresses, plain connections"""
    m.connect(m.count(0.1, 1), "late=127.0.0.2")
    m.connect(m.count(0.1, 1))
    m.connect(m.count(0, 0.6), to=m.destination(3))


@kind
def two_addresses_bound(m):
    """two local addresses, one of them bound before connect()"""
    m.connect(m.count(0.05, 0.6), "bind=127.0.0.2")
    m.connect(m.count(0.1, 0.9))
    m.connect(m.count(0.1, 0.5), "late=127.0.0.2")


@kind
def two_addresses_blocked(m):
    """two local addresses, the same ports bound at one, connected at the other"""
    m.connect(m.count(0.3, 0.9))
    m.bind(m.count(0.1, 0.9), address="127.0.0.2")
    m.bind(m.count(0.1, 0.5), address="127.0.0.2")


@kind
def explicit_two_addresses(m):
    """explicit ports at a second address, over ports of plain connections"""
    m.connect(m.count(0.2, 0.9))
    for port in m.ports(min(100, m.count(0.1, 0.6))):
        m.do("bind", f"127.0.0.2:{port}", 1)
    m.connect(m.count(0.0, 0.3))


@kind
def ipv6(m):
    """IPv6, plain and bound"""
    first, second = m.split()
    m.shuffle((lambda n: m.connect(n, to="[::1]:7001"), first),
              (lambda n: m.connect(n, "bind=[::1]", "[::1]:7002"), second))


@kind
def ipv6_and_ipv4(m):
    """IPv6 bound (any), IPv4 plain"""
    first, second = m.split()
    m.connect(first, "bind=[::]", "[::1]:7002")
    m.connect(second)
    m.connect(m.count(0, 0.6), to="[::1]:7001")


@kind
def mapped(m):
    """IPv4 and v4-mapped IPv6 to one destination"""
    first, second = m.split()
    m.shuffle((m.connect, first), (lambda n: m.connect(n, to="[::ffff:127.0.0.1]:7001"), second))
    m.spread(m.count(0, 0.4), BOUND)


@kind
def device(m):
    """sockets bound to a device, and others, to one destination"""
    m.add_links()
    m.do("half-connect", SILENT, m.count(0.1, 1), f"device={LINKS[0]}")
    m.do("half-connect", SILENT, m.count(0, 0.9))
    m.connect(m.count(0, 0.5))


@kind
def device_bound(m):
    """sockets bound to a device, bind(0) before connect()"""
    m.add_links()
    m.do("half-connect", SILENT, m.count(0.1, 0.6), f"device={LINKS[0]} bind=10.98.0.1")
    m.do("half-connect", SILENT, m.count(0.1, 0.9))


@kind
def link_local(m):
    """link-local peers on two links"""
    m.add_links()
    for link in LINKS:
        m.do("half-connect", f"[fe80::9%{link}]:7001", m.count(0.1, 1), f"late=[fe80::1%{link}]")


@kind
def silent(m):
    """a destination that does not answer, plain and bound"""
    m.add_links()
    first, second = m.split()
    m.shuffle((lambda n: m.do("half-connect", SILENT, n), first),
              (lambda n: m.do("half-connect", "10.98.1.9:7001", n, "bind=10.98.1.1"), second))


# --- Where there is no way now: the ports are what they were before -------------------------------

@kind
def address_gone(m):
    """a local address that was removed"""
    m.add_address(FAR)
    m.connect(m.count(0.3, 1), f"late={FAR}", FAR + ":7001")
    m.connect(m.count(0.05, 0.7))
    m.lose(f"ip addr del {FAR}/32 dev lo")


@kind
def ipv6_gone(m):
    """IPv6 switched off since"""
    first, second = m.split()
    m.connect(first, to="[::1]:7001")
    m.connect(second, m.random.choice(("", BOUND)))
    m.lose("set ipv6/conf/all/disable_ipv6 1")


@kind
def route_gone(m):
    """a route that is gone, or prohibited"""
    m.add_links()
    first, second = m.split()
    m.do("half-connect", SILENT, first)
    m.do("half-connect", "10.98.1.9:7001", second, m.random.choice(("", "bind=10.98.1.1")))
    m.lose(m.random.choice(("ip link set lan0 down", "ip route add prohibit 10.98.0.9/32",
                            "ip route add blackhole 10.98.0.9/32")))


@kind
def unaskable(m):
    """tcp_fastopen 0: the kernel takes no such question"""
    m.can_be_asked = False
    first, second = m.split()
    m.shuffle((m.connect, first), (lambda n: m.spread(n, BOUND), second))
    m.lose("set ipv4/tcp_fastopen 0")


# --- Larger than a sample of 1,024 ports ----------------------------------------------------------

@kind
def sampled(m):
    """thousands of ports, plain and bound"""
    m.tolerance = 5
    m.set_range(m.first, m.random.randint(1500, 2500))
    first, second = m.split()
    m.shuffle((m.connect, first), (lambda n: m.spread(n, BOUND), second))


# --- Everything ---------------------------------------------------------------------------------

@kind
def everything(m):
    """a little of everything"""
    makers = [m.connect, m.spread, m.bind, m.accept,
              lambda n: m.connect(n, BOUND), lambda n: m.spread(n, ANY), lambda n: m.connect(n, "late=127.0.0.2"),
              lambda n: m.spread(n, BOUND + " reuse"), lambda n: m.do("listen", LOOPBACK, n),
              lambda n: m.connect(n, to="[::1]:7001"), lambda n: m.explicit("listen", min(n, 20))]
    chosen = m.random.sample(makers, m.random.randint(3, 6))
    m.shuffle(*((maker, m.count(0.02, 0.4)) for maker in chosen))
    if m.random.random() < 0.4:
        m.close("client", f"oldest {m.count(0.05, 0.4)}")
        m.connect(m.count(0.05, 0.3))
