"""Is a port free? Asked before anything starts, so that the answer is one sentence and not a log."""

from __future__ import annotations

import socket
import time

from deploy.demo.plan import HOST, Plan
from deploy.demo.problems import PortTaken

LOOK_EVERY_S = 0.2


def check_ports(plan: Plan, *, patience_s: float = 0.0) -> None:
    """Refuse when another program has one of the ports.

    Args:
        plan: whose ports.
        patience_s: how long to wait for a port; our own processes of a start that was cut off may still be ending.

    Raises:
        PortTaken: names the port and another base port.
    """
    deadline = time.monotonic() + patience_s
    for port, purpose in sorted(plan.ports().items()):
        while not is_free(port):
            if time.monotonic() >= deadline:
                raise PortTaken(port, purpose, plan.base_port)
            time.sleep(LOOK_EVERY_S)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do: a closing connection is no obstacle
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
