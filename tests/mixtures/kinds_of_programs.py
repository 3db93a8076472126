# SPDX-License-Identifier: MIT
"""Kinds by what programs do: connect(), bind(), listen(), in which order and with which options."""
from mixture import LOOPBACK
from registry import ANY, BOUND, LATE, kind


# --- Plain connections -----------------------------------------------------------------------

@kind
def plain(m):
    """connect() alone, one destination"""
    m.connect(m.count(0.05, 1.05))


@kind
def plain_several(m):
    """connect() alone, several destinations"""
    m.connect(round(m.size * m.level()))
    m.spread(m.count(0.1, 1.5))


@kind
def late(m):
    """the address alone bound (IP_BIND_ADDRESS_NO_PORT)"""
    first, second = m.split()
    m.shuffle((lambda n: m.connect(n, LATE), first), (m.connect, second), (m.spread, m.count(0.1, 0.9)))


@kind
def one_on_both_halves(m):
    """one destination on both halves, bind() for others"""
    m.connect(m.count(0.5, 0.8))
    m.spread(m.count(0.05, 0.5), BOUND)
    m.connect(m.count(0.05, 0.4))


# --- bind() before connect() -------------------------------------------------------------------

@kind
def bound(m):
    """bind(source, 0) before connect(), several destinations"""
    m.spread(round(m.size * m.level()), BOUND)


@kind
def bound_any(m):
    """bind(any, 0) before connect(), several destinations"""
    m.spread(round(m.size * m.level()), ANY)


@kind
def bound_first(m):
    """bind(source, 0) and connect() first, plain ones after"""
    first, second = m.split()
    m.spread(first, BOUND)
    m.connect(second)


@kind
def plain_first(m):
    """plain connections first, bind(source, 0) and connect() after"""
    first, second = m.split()
    m.connect(first)
    m.spread(second, BOUND)


@kind
def bound_between(m):
    """plain and bound connections in turns, to the same destination"""
    first, second = m.split()
    m.shuffle((m.connect, first), (lambda n: m.connect(n, BOUND), second))


@kind
def bound_between_several(m):
    """plain and bound connections in turns, to several destinations"""
    first, second = m.split()
    m.shuffle((m.connect, first), (lambda n: m.spread(n, ANY), second), (m.spread, m.count(0, 0.6)))


@kind
def bound_then_gone(m):
    """bound connections that are closed, plain ones on what they left"""
    m.spread(m.count(0.3, 1), BOUND + " group=1")
    m.commands.append(f"abort group=1 {m.random.choice(('oldest', 'youngest'))} {m.count(0.1, 0.6)}")
    m.connect(m.count(0.1, 0.9))


@kind
def refused(m):
    """bound sockets whose connect() was refused"""
    first, second = m.split()
    m.do("refused", "127.0.0.1:7999", first, BOUND)
    m.connect(second)


# --- Ports without a connection ------------------------------------------------------------------

@kind
def bound_only(m):
    """bound, never connected"""
    m.bind(round(m.size * m.level()), address=m.random.choice(("0.0.0.0", LOOPBACK)))


@kind
def bound_only_and_plain(m):
    """bound, never connected; and plain connections"""
    first, second = m.split()
    m.shuffle((m.bind, first), (m.connect, second), (m.spread, m.count(0, 0.5)))


@kind
def bound_only_and_bound(m):
    """bound, never connected; and bound connections"""
    first, second = m.split()
    m.shuffle((m.bind, first), (lambda n: m.spread(n, BOUND), second), (m.connect, m.count(0, 0.3)))


@kind
def bound_only_first(m):
    """listeners or bound sockets on all that bind() looks at first, bound connections after"""
    if m.random.random() < 0.5:
        m.bind(m.count(0.45, 0.6))
    else:
        m.do("listen", LOOPBACK, m.count(0.45, 0.6))
    m.spread(m.count(0.1, 0.45), BOUND)
    m.connect(m.count(0, 0.2))


@kind
def listeners_explicit(m):
    """listeners on ports of the range that they chose"""
    first, second = m.split()
    m.explicit("listen", first)
    m.connect(second)


@kind
def listeners_zero(m):
    """listeners on port 0"""
    first, second = m.split()
    m.shuffle((lambda n: m.do("listen", LOOPBACK, n, m.random.choice(("", "reuse"))), first), (m.connect, second))


@kind
def listeners_inbound(m):
    """listeners in the range with inbound connections"""
    first, second = m.split()
    for number, port in enumerate(m.ports(min(first, 20))):
        m.connect(m.random.randint(1, 5), f"bind=127.0.7.{number + 1}:20000 step=1", f"{LOOPBACK}:{port}")
    m.connect(second)


@kind
def accepted(m):
    """accepted on port 0, listeners closed since"""
    first, second = m.split()
    m.shuffle((m.accept, first), (m.connect, second))


@kind
def accepted_reuse(m):
    """accepted on port 0 with SO_REUSEADDR, listeners closed since"""
    first, second = m.split()
    m.shuffle((lambda n: m.accept(n, "reuse"), first), (m.connect, second))


# --- SO_REUSEADDR, SO_REUSEPORT --------------------------------------------------------------------

@kind
def reuse_bound(m):
    """SO_REUSEADDR before bind(0), connected"""
    first, second = m.split()
    m.shuffle((lambda n: m.spread(n, BOUND + " reuse"), first), (m.connect, second))


@kind
def reuse_only(m):
    """SO_REUSEADDR before bind(0), not connected"""
    first, second = m.split()
    m.bind(first, "reuse", LOOPBACK)
    m.connect(second)


@kind
def reuse_autobind(m):
    """ip_autobind_reuse 1 and SO_REUSEADDR before bind(0)"""
    m.set("ipv4/ip_autobind_reuse", 1)
    first, second = m.split()
    m.spread(first, BOUND + " reuse")
    m.connect(second)
    m.spread(m.count(0.05, 0.6), ANY + " reuse")


@kind
def shared_port(m):
    """SO_REUSEPORT before bind(0)"""
    first, second = m.split()
    m.spread(first, BOUND + " shared")
    m.connect(second)


# --- Ports of the program's choice -----------------------------------------------------------------

@kind
def explicit(m):
    """explicit ports before connect()"""
    first, second = m.split()
    m.explicit("connect", min(first, 150), where=m.destination(2))
    m.connect(second)


@kind
def explicit_even(m):
    """explicit ports on the even half, SO_REUSEADDR"""
    first, second = m.split()
    start = m.first + m.random.randint(0, 1)
    m.connect(min(first, m.size // 2 - 1), f"bind={LOOPBACK}:{start} step=2 reuse", m.destination(2))
    m.connect(second)


@kind
def explicit_beside_blocked(m):
    """explicit ports on the even half, listeners on the odd one"""
    even = m.first
    m.do("connect", m.destination(2), m.count(0.2, 0.49), f"bind={LOOPBACK}:{even} step=2")
    m.do("bind", f"{LOOPBACK}:{even + 1}", m.count(0.2, 0.49), "step=2")
    m.connect(m.count(0, 0.3))


@kind
def explicit_over_plain(m):
    """explicit ports at a second address over ports of plain connections, closed since"""
    m.connect(m.count(0.3, 0.9))
    m.do("bind", f"127.0.0.2:{m.first}", m.count(0.1, 0.5), "step=2 group=2")
    m.abort("group=2")
    m.connect(m.count(0, 0.3), to=m.destination(2))


@kind
def own_range(m):
    """a range of the socket's own (IP_LOCAL_PORT_RANGE)"""
    first, second = m.split()
    width = max(first, m.size // 3)
    start = m.first + m.random.randint(0, max(0, m.size - width))
    how = f"ports={start}-{min(start + width, m.first + m.size) - 1}"
    m.connect(first, how, m.random.choice((m.destination(), m.destination(2))))
    m.connect(second)
    m.spread(m.count(0, 0.3), BOUND)


@kind
def own_range_bound(m):
    """a range of the socket's own before bind(0)"""
    first, second = m.split()
    start = m.first + m.random.randint(0, m.size // 2)
    m.spread(first, f"ports={start}-{m.first + m.size - 1} {BOUND}")
    m.connect(second)
