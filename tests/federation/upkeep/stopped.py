"""A node's settings as a file, its stop, and the same office again from other settings."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from deploy.demo.books import Books, read_books
from nodekit.node import Node
from nodekit.opening import OfficeIdentity
from nodekit.settings import Settings
from nodekit.spec import NodeSpec
from nodekit.testing import Federation, TestNode


def settings_file(settings: Settings, folder: Path, **changes: Any) -> Path:
    """settings.toml of a node under test."""
    values = {key: value for key, value in settings.model_copy(update=changes).model_dump(mode="json").items() if value not in ("", None)}
    file = folder / f"{settings.office}.toml"
    file.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()), encoding="utf-8")
    return file


@asynccontextmanager
async def served(spec: NodeSpec, settings: Settings, fed: Federation) -> AsyncIterator[TestNode]:
    """The office as a new process would serve it, in the place of its former one."""
    identity = OfficeIdentity.of(settings)
    node = Node(spec, settings, bus=fed.network.bus(settings.office), identity=identity)
    await node.prepare()
    await node.start()
    try:
        fed._nodes[settings.office] = TestNode(node)
        yield fed[settings.office]
    finally:
        await node.stop()


async def books_of(node: TestNode) -> Books:
    """What the demo's comparison reads."""
    async with node.node.engine.connect() as connection:
        return await read_books((await connection.get_raw_connection()).driver_connection)


def without_strangers(books: Books, here: set[str]) -> Books:
    """Leave out offices that take no part in a test."""
    return replace(books, **{name: [row for row in getattr(books, name) if row["dst"] in here] for name in ("outbox", "out_link", "out_channel")})
