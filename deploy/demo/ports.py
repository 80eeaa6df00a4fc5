"""Is a port free? Asked before anything starts, so that the answer is one sentence and not a log."""

from __future__ import annotations

import socket

from deploy.demo.plan import HOST, Plan
from deploy.demo.problems import PortTaken


def check_ports(plan: Plan) -> None:
    """Refuse when another program has one of the ports.

    Raises:
        PortTaken: names the port and another base port.
    """
    for port, purpose in sorted(plan.ports().items()):
        if not is_free(port):
            raise PortTaken(port, purpose, plan.base_port)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do: a closing connection is no obstacle
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
