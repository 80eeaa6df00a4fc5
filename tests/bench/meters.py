"""Counters that cost the measured nothing: CPU time of processes, WAL and rows of the cluster, commit times of rows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from uuid import UUID

import asyncpg
import psutil

STATISTICS_SETTLE_S = 1.2
"""PostgreSQL's backends report their row counts at most once a second."""

COMMIT_TIMES = "SELECT event_id, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 FROM {table} WHERE event_id = ANY($1::uuid[])"


def cpu_seconds(process: psutil.Process) -> float:
    """Of a process and everything it ever started that has ended; running children are counted too."""
    try:
        times = process.cpu_times()
        own = times.user + times.system + times.children_user + times.children_system
        return own + sum(cpu_seconds(child) for child in process.children())
    except psutil.NoSuchProcess:
        return 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """Counters at one moment."""

    at: float
    cpu: dict[str, float]
    wal_bytes: int
    rows: int
    commits: int


class Meter:
    """Reads the counters of one pipeline: its processes by name, and the cluster under it."""

    def __init__(self, admin: asyncpg.Connection, processes: dict[str, Sequence[int]], databases: Sequence[str]) -> None:
        self._admin, self._databases = admin, list(databases)
        self._processes = {name: [psutil.Process(pid) for pid in pids] for name, pids in processes.items()}

    async def read(self) -> Reading:
        cpu = {name: sum(map(cpu_seconds, processes)) for name, processes in self._processes.items()}
        at = time.monotonic()
        await asyncio.sleep(STATISTICS_SETTLE_S)
        wal = await self._admin.fetchval("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")
        rows, commits = await self._admin.fetchrow(
            "SELECT sum(tup_inserted + tup_updated + tup_deleted)::bigint, sum(xact_commit)::bigint FROM pg_stat_database WHERE datname = ANY($1)",
            self._databases,
        )
        return Reading(at, cpu, wal, rows, commits)

    def resident_mb(self) -> float:
        """Of the largest of the pipeline's own processes."""
        own = [process for name in ("sender", "receiver") for process in self._processes[name]]
        return max(process.memory_info().rss for process in own) / 2**20


def spent(before: Reading, after: Reading, events: int) -> dict[str, float]:
    """Cost per 1,000 events."""
    per = 1000 / events
    cost = {f"cpu_{name}_s": (after.cpu[name] - before.cpu[name]) * per for name in after.cpu}
    return {
        "cpu_s": sum(cost.values()), **cost, "wal_kb": (after.wal_bytes - before.wal_bytes) / 1024 * per,
        "rows_written": (after.rows - before.rows) * per, "commits": (after.commits - before.commits) * per,
    }


async def commit_times(connection: asyncpg.Connection, table: str, ids: Sequence[UUID]) -> dict[UUID, float]:
    """When the transactions that wrote these rows committed, in seconds since 1970."""
    return dict(map(tuple, await connection.fetch(COMMIT_TIMES.format(table=table), ids)))


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def middle(values: Sequence[float]) -> float:
    return median(values)
