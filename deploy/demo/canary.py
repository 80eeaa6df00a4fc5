"""Looks for sealed texts where they must not be: message stores, logs, and the databases of everybody else.

A text is looked for as it is, as JSON and as hexadecimal escape it, and as base64 in each of its three alignments.
"""

from __future__ import annotations

import base64
import json
import mmap
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.demo.compare import Line

if TYPE_CHECKING:
    import asyncpg

    from deploy.demo.plan import Plan
    from deploy.demo.postgres import Postgres

TEXT_CHARS_MIN = 8
"""Shorter texts would be found by chance."""
TABLES = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""


@dataclass(frozen=True)
class Secret:
    """A text sent sealed, and the offices that may know it."""

    text: str
    homes: frozenset[str]


def disguises(text: str) -> tuple[str, ...]:
    """How the text may appear in a file or a column."""
    if len(text) < TEXT_CHARS_MIN:
        raise ValueError(f"a secret of at least {TEXT_CHARS_MIN} characters is needed, not {text!r}")
    raw = text.encode()
    found = {text, json.dumps(text)[1:-1], raw.hex()}
    for shift in range(3):  # the position of the text within a longer base64 stream
        encoded = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        inner = encoded[(0, 2, 3)[shift] : len(encoded) - 1]
        found |= {inner, inner.replace("+", "-").replace("/", "_")}
    return tuple(sorted(found))


def search_files(plan: Plan, secrets: Iterable[Secret]) -> Line:
    """Every file of every nats-server and every log."""
    line = Line("密封内容未出现在消息存储和日志中")
    wanted = [(secret, [disguise.encode() for disguise in disguises(secret.text)]) for secret in secrets]
    for file in (path for folder in ("nats", "logs") for path in sorted((plan.home / folder).rglob("*")) if path.is_file()):
        with _bytes(file) as content:
            for secret, patterns in wanted:
                line.expect(not any(content.find(pattern) >= 0 for pattern in patterns), f"{file} 中出现 {secret.text[:6]}…")
    return line


async def search_databases(plan: Plan, postgres: Postgres, secrets: Iterable[Secret]) -> Line:
    """Every table of every node that is neither sender nor addressee."""
    line = Line("密封内容未出现在无关单位的数据库中")
    secrets = list(secrets)
    for member in plan.members:
        strangers = [secret for secret in secrets if member.id not in secret.homes]
        if not strangers:
            continue
        connection = await postgres.connect(member.database, read_only=True)
        try:
            async for table, secret in _hits(connection, strangers, line):
                line.problems.append(f"{member.office.name} {table} 中出现 {secret.text[:6]}…")
        finally:
            await connection.close()
    return line


async def _hits(connection: asyncpg.Connection, secrets: list[Secret], line: Line) -> AsyncIterator[tuple[str, Secret]]:
    for row in await connection.fetch(TABLES):
        for secret in secrets:
            line.count += 1
            patterns = [f"%{disguise}%" for disguise in disguises(secret.text)]
            if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {row[0]} AS r WHERE r::text LIKE ANY ($1))", patterns):  # noqa: S608 - quoted by format()
                yield row[0], secret


@contextmanager
def _bytes(file: Path) -> Iterator[mmap.mmap | bytes]:
    """A file's content, mapped. An empty file, or one that vanished meanwhile (a log set aside), is empty bytes."""
    try:
        with file.open("rb") as stream:
            content = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except (ValueError, FileNotFoundError):
        yield b""
        return
    with content:
        yield content
