"""How many SQL statements something costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from nodekit.node import Node


@contextmanager
def counted_statements(node: Node, schema: str) -> Iterator[list[str]]:
    """Every statement on tables of `schema` that the node sends inside the block. (Delivery works beside it, on tables of its own.)"""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if f"{schema}." in statement:
            seen.append(statement)

    event.listen(node.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(node.engine.sync_engine, "before_cursor_execute", note)
