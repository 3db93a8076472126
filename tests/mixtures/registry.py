# SPDX-License-Identifier: MIT
"""The kinds of mixtures: how the ports of a host came to be taken. Each is a function that fills
a Mixture; its first line is its name."""
from mixture import LOOPBACK

BOUND = f"bind={LOOPBACK}"
ANY = "bind=0.0.0.0"
LATE = f"late={LOOPBACK}"


def kind(function):
    function.is_kind = True
    function.is_odd = False  # its range has an odd number of ports
    return function


def kinds_of(*modules):
    return [member for module in modules for member in vars(module).values() if getattr(member, "is_kind", False)]


def name_of(function):
    return function.__doc__.split("\n")[0]
