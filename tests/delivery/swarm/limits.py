"""Some seeds run under small limits, so that many packets, split runs, bursts of a restored past and round trips of `want` occur among few events."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from nodekit.delivery.core import limits

SMALL = {
    "RUN_EVENTS_MAX": 6, "PACKET_BYTES_MAX": 2500, "WINDOW_PACKETS_MAX": 3, "BACK_PACKETS_MAX": 2, "PRIORS_PER_PACKET_MAX": 3,
    "NUMBER_BATCH": 20, "APPLY_BATCH": 7, "WANT_MAX": 3, "RECEIPTS_PER_WIRE_MAX": 2, "SPANS_PER_RECEIPT_MAX": 2,
    "WIRE_RECEIPT_BYTES_MAX": 1000, "QUARANTINE_ROWS_MAX": 10,
}


@contextmanager
def small_limits(small: bool) -> Iterator[None]:
    """Every module of the core sees SMALL instead of what ships, if `small`."""
    if not small:
        yield
        return
    modules = [module for name, module in sys.modules.items() if name.startswith(("nodekit.delivery.core.", "nodekit.delivery.memory_store"))]
    changed = [(module, name, value) for module in modules for name, value in SMALL.items() if hasattr(module, name)]
    try:
        for module, name, value in changed:
            setattr(module, name, value)
        yield
    finally:
        for module, name, _ in changed:
            setattr(module, name, SHIPPED[name])


SHIPPED = {name: getattr(limits, name) for name in SMALL}
