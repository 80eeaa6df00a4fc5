"""`python -m tests.bench.registers`: pages of two registers at 10,000 rows, interleaved with the bare queries; a table and build/bench-registers.json."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import asyncpg

from nodekit.testing import Federation, OfficerClient
from services.county.app import SPEC
from tests.bench.registers.rows import CLUES, FINDINGS, ROWS, multiply
from tests.federation.clue_transfer.offices import report
from tests.support.inspection import Desk
from tests.support.postgres import shared_server

OFFICE = "990121-inspection"
TIMES, WARM = int(os.environ.get("TIMES", "40")), 3
GOAL_MS = 100.0
OUTPUT = Path(__file__).parents[3] / "build" / "bench-registers.json"
PAGES = {
    "问题台账 首页": "/inspection/findings", "问题台账 第400页": "/inspection/findings?page=400", "问题台账 检索“公益林”": "/inspection/findings?q=公益林",
    "问题台账 类别+标签页": "/inspection/findings?category=F2.4&tab=rectifying", "问题台账 确认日期": "/inspection/findings?confirmed_on_from=2026-03-01&confirmed_on_to=2026-03-31",
    "问题台账 按编号排序,每页100": "/inspection/findings?sort=number&size=100", "线索台账 首页": "/clue-transfer/issued", "线索台账 检索编号": "/clue-transfer/issued?q=X77",
    "线索台账 待办类": "/clue-transfer/issued?tab=handling&urgent=1", "工作台": "/workbench",
}
BARE = {
    "findings": ("SELECT count(*) FROM inspection_office.findings", "SELECT * FROM inspection_office.findings ORDER BY created_at DESC, number, id LIMIT 20"),
    "clues": ("SELECT count(*) FROM clue_transfer_issuer.clues", "SELECT * FROM clue_transfer_issuer.clues ORDER BY created_at DESC, id LIMIT 20"),
}


@dataclass(frozen=True)
class Figure:
    """One page: wall and own processor time of one request in milliseconds, and against the bare queries of its register."""

    title: str
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    kilobytes: float
    ratio: float


async def timed(work: Callable[[], Awaitable[Any]]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    await work()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


async def measure(title: str, url: str, client: OfficerClient, bare: Callable[[], Awaitable[Any]]) -> Figure:
    """Page and bare queries in turn, so that the machine's moods hit both."""
    size = 0

    async def page() -> None:
        nonlocal size
        size = len((await client.page(url)).encode())

    walls, cpus, bares = [], [], []
    for n in range(TIMES + WARM):
        wall, cpu = await timed(page)
        floor, _ = await timed(bare)
        if n >= WARM:
            walls.append(wall)
            cpus.append(cpu)
            bares.append(floor)
    return Figure(
        title, statistics.median(walls), statistics.quantiles(walls, n=20)[-1], statistics.median(cpus), size / 1024, statistics.median(walls) / statistics.median(bares)
    )


async def run(folder: Path) -> list[Figure]:
    """Fill one county office and measure its pages."""
    async with Federation.start({OFFICE: SPEC}, pg=shared_server(), folder=folder) as federation:
        house = federation[OFFICE]
        client = await house.login()
        desk = Desk(client)
        _, team_id, target = await desk.working_round()
        finding = await desk.finding(team_id, target)
        clue = await client.create("/clue-transfer/issued", **report())
        connection = await asyncpg.connect(house.node.settings.database_url)
        await multiply(connection, FINDINGS, finding["number"])
        await multiply(connection, CLUES, clue["serial"])

        def bare(kind: str) -> Callable[[], Awaitable[None]]:
            async def both() -> None:
                for statement in BARE[kind]:
                    await connection.fetch(statement)

            return both

        figures = []
        for title, url in PAGES.items():
            figures.append(await measure(title, url, client, bare("clues" if "线索" in title else "findings")))
            print(f"  · {figures[-1]}", flush=True)
        await connection.close()
    return figures


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(run(Path(folder)))
    print(f"\n{ROWS} rows each; goal: p95 below {GOAL_MS:.0f} ms\n\n{'p50 ms':>8} {'p95 ms':>8} {'cpu ms':>8} {'KB':>6} {'x bare':>7}  page")
    for figure in figures:
        print(f"{figure.p50_ms:8.1f} {figure.p95_ms:8.1f} {figure.cpu_ms:8.1f} {figure.kilobytes:6.0f} {figure.ratio:7.1f}  {figure.title}")
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps([asdict(figure) for figure in figures], ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main()
