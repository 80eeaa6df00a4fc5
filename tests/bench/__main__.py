"""`python -m tests.bench`: interleaved rounds, a table, build/bench.json. See docs/performance.md for how to read it."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import asyncpg

from tests.bench import report
from tests.bench.ground import LoneServer, cluster, postmaster
from tests.bench.guard import Guard
from tests.bench.load import Bench, Sizes
from tests.bench.meters import Meter
from tests.bench.pipelines.floor import Floor
from tests.bench.pipelines.http import Http
from tests.bench.pipelines.pipeline import Pipeline, database_of
from tests.bench.pipelines.plain import Plain
from tests.bench.pipelines.shipped import Shipped
from tests.support.postgres import PgServer

SIZES = {
    "full": Sizes(backlog=50_000, live=20_000, latency=1_000, slow_divisor=50),
    "quick": Sizes(backlog=10_000, live=5_000, latency=500, slow_divisor=10),
}
ROUNDS = {"full": 3, "quick": 3}
MINUTES = 15.0
"""No round begins that would end later, if it takes as long as the longest so far."""
OUTPUT = Path(__file__).parents[2] / "build" / "bench.json"
AS_DEPLOYED, RELAXED = "always", "2m"

Making = Callable[[PgServer, Path], Pipeline]
PIPELINES: dict[str, Making] = {
    report.SHIPPED: lambda pg, folder: Shipped(pg, folder / "shipped"),
    report.FLOOR: lambda pg, folder: Floor(pg, LoneServer(folder / "floor", AS_DEPLOYED), report.FLOOR, packed=False),
    "floor-unsynced": lambda pg, folder: Floor(pg, LoneServer(folder / "unsynced", RELAXED), "floor-unsynced", packed=False),
    "floor-packed": lambda pg, folder: Floor(pg, LoneServer(folder / "packed", AS_DEPLOYED), "floor-packed", packed=True),
    report.PLAIN: lambda pg, folder: Plain(pg, LoneServer(folder / "plain", AS_DEPLOYED), report.PLAIN),
    "http": lambda pg, _folder: Http(pg, "http"),
}


async def one_round(pipeline: Pipeline, pg: PgServer, postmaster_pid: int, sizes: Sizes, guard: Guard) -> report.Figures:
    """All loads on one pipeline, started afresh."""
    connections: list[asyncpg.Connection] = []
    try:
        await pipeline.open()
        guard.watch(*(pid for pids in pipeline.pids().values() for pid in pids))
        for dsn in (pipeline.sender_dsn, pipeline.receiver_dsn, pg.dsn_admin):
            connections.append(await asyncpg.connect(dsn))
        databases = [database_of(dsn) for dsn in (pipeline.sender_dsn, pipeline.receiver_dsn)]
        meter = Meter(connections[2], {**pipeline.pids(), "postgres": [postmaster_pid]}, databases)
        bench = Bench(pipeline, connections[0], connections[1], meter)
        await bench.warm_up()
        await connections[2].execute("CHECKPOINT")
        figures = await bench.catch_up(sizes.of(pipeline, sizes.backlog))
        figures |= await bench.live(sizes.of(pipeline, sizes.live))
        figures |= await bench.latency(sizes.latency)
    finally:
        for connection in connections:
            await connection.close()
        await pipeline.close()
    return figures


async def run(folder: Path, names: list[str], rounds: int, sizes: Sizes, guard: Guard) -> list[dict[str, report.Figures]]:
    """Interleaved rounds, as many as were asked for or as there is time for."""
    with cluster(folder / "pg") as pg:
        pid = postmaster(folder / "pg").pid
        guard.watch(pid)
        began = [time.monotonic()]
        pipelines = {name: PIPELINES[name](pg, folder) for name in names}
        done: list[dict[str, report.Figures]] = []
        for number in range(1, rounds + 1):
            figures = {}
            for name, pipeline in pipelines.items():
                figures[name] = await one_round(pipeline, pg, pid, sizes, guard)
                print(f"round {number} {name}: {figures[name]['catch_up_per_s']:,.0f} events/s of backlog, p99 {figures[name]['p99_ms']:.1f} ms", flush=True)
            done.append(figures)
            began.append(time.monotonic())
            longest = max(after - before for before, after in pairwise(began))
            if began[-1] - began[0] + longest > 60 * MINUTES:
                break
    return done


def main() -> None:
    preset = os.environ.get("BENCH", "full")
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default=preset)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--events", type=int, help="events of each load, instead of --size")
    parser.add_argument("--only", default=",".join(PIPELINES), help="names, with commas")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    sizes = Sizes(options.events, options.events, options.events, slow_divisor=1) if options.events else SIZES[options.size]
    folder = Path(tempfile.mkdtemp(prefix="liandong-bench-"))
    folder.chmod(0o755)  # the cluster may run as another user
    guard = Guard(folder)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        done = asyncio.run(run(folder, options.only.split(","), options.rounds or ROUNDS[options.size], sizes, guard))
    finally:
        guard.close()
    found = report.medians(done)
    print(report.table(found))
    report.write(options.output, found, done, {"sizes": asdict(sizes)})
    print(f"written: {options.output}")


if __name__ == "__main__":
    main()
