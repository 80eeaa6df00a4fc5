"""The store in PostgreSQL: set-based SQL over asyncpg, a handful of round trips per batch, none per event.

Works on the driver connection of a transaction somebody else opened and commits; see `unit.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodekit.delivery.pg_blobs import PgBlobStore
from nodekit.delivery.pg_receiving import PgReceivingStore
from nodekit.delivery.pg_repair import PgRepairStore
from nodekit.delivery.pg_sending import PgSendingStore

if TYPE_CHECKING:
    import asyncpg


class PgStore(PgSendingStore, PgReceivingStore, PgRepairStore, PgBlobStore):
    """`Store` over one transaction."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._stored = {}
