"""`python -m tests.bench.scale`: per-event cost over peers and over history, interleaved; a table and build/bench-scale.json.

Processor time, not time on the wall: that of the node's own steps and that of the whole PostgreSQL cluster. A goal is met within 1.2 times the smallest.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from pathlib import Path
from statistics import median

import psutil

from tests.bench.ground import cluster, postmaster
from tests.bench.meters import cpu_seconds
from tests.bench.scale.history import fill
from tests.bench.scale.hub import Hub
from tests.support.delivery_database import create_delivery_database
from tests.support.postgres import PgServer

OUTPUT = Path(__file__).parents[3] / "build" / "bench-scale.json"
FEW, MANY = 2, 50
GOAL = 1.2
PER_EXCHANGE, PER_BLOCK = 20, 10
"""Events of one exchange in each direction; exchanges of one block, the unit of which medians are taken."""

Costs = dict[str, list[tuple[float, float]]]


async def open_hub(name: str, pg: PgServer, peers: int, events: int) -> Hub:
    dsn = await asyncio.to_thread(create_delivery_database, pg)
    names = [f"99{number:04d}-inspection" for number in range(101, 101 + peers)]
    began = time.monotonic()
    await fill(dsn, names, events)
    hub = Hub(name, dsn, names)
    await hub.open()
    print(f"{name}: ready after {time.monotonic() - began:.0f} s", flush=True)
    return hub


async def block(hub: Hub, first: int, master: psutil.Process) -> tuple[float, float]:
    """(node's, PostgreSQL's) seconds per event."""
    hub.spent, before = 0.0, cpu_seconds(master)
    for turn in range(first, first + PER_BLOCK):
        await hub.exchange(turn, PER_EXCHANGE)
    events = 2 * PER_BLOCK * PER_EXCHANGE
    return hub.spent / events, (cpu_seconds(master) - before) / events


async def run(folder: Path, less: int, more: int, blocks: int) -> dict[str, dict[str, float]]:
    with cluster(folder / "pg") as pg:
        master = postmaster(folder / "pg")
        wanted = {f"{peers} peers, {events:,} events": (peers, events) for events in (less, more) for peers in (FEW, MANY)}
        hubs = [await open_hub(name, pg, *size) for name, size in wanted.items()]
        costs: Costs = {hub.name: [] for hub in hubs}
        for number in range(-1, blocks):
            for hub in hubs:
                cost = await block(hub, (number + 1) * PER_BLOCK, master)
                if number >= 0:  # the first one warms up
                    costs[hub.name].append(cost)
        for hub in hubs:
            if left := await hub.open_ends():
                raise AssertionError(f"{hub.name}: {left} events without a receipt")
            await hub.close()
    return {name: {"node_us": 1e6 * median(node for node, _ in found), "postgres_us": 1e6 * median(pg for _, pg in found)} for name, found in costs.items()}


def table(found: dict[str, dict[str, float]]) -> str:
    totals = {name: sum(cost.values()) for name, cost in found.items()}
    least = next(iter(totals.values()))
    lines = [f"{'per event':32}{'node µs':>10}{'PostgreSQL µs':>16}{'both':>10}{'ratio':>8}"]
    for name, cost in found.items():
        lines.append(f"{name:32}{cost['node_us']:10.0f}{cost['postgres_us']:16.0f}{totals[name]:10.0f}{totals[name] / least:8.2f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-scale", description=__doc__)
    parser.add_argument("--less", type=int, default=1_000)
    parser.add_argument("--more", type=int, default=1_000_000)
    parser.add_argument("--blocks", type=int, default=15)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="liandong-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the cluster may run as another user
        found = asyncio.run(run(folder, options.less, options.more, options.blocks))
    print(table(found))
    print(f"goal: every ratio within {GOAL}")
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps({"per_event": found, "cores": os.cpu_count(), "load": os.getloadavg()[0]}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
