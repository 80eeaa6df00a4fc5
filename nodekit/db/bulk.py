"""Many rows at once, for handlers that take events by the batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession


async def copy_rows(session: AsyncSession, table: sa.Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Append rows in the session's transaction by COPY, the fastest way in. What was added to the session before is written first.

    Args:
        columns: names, in the order of the values. Every other column must have a default in the database.
        rows: values as PostgreSQL's driver takes them (UUID, date, aware datetime, …).
    """
    await session.flush()
    await session.execute(sa.text("SELECT 1"))  # the driver is in the session's transaction only after its first statement
    raw = await (await session.connection()).get_raw_connection()
    await raw.driver_connection.copy_records_to_table(table.name, schema_name=table.schema, columns=columns, records=rows)  # type: ignore[union-attr]
