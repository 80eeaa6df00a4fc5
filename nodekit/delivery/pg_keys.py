"""Papers about keys in PostgreSQL. Contract: core/store.py."""

from __future__ import annotations

import json
from collections.abc import Sequence

from nodekit.delivery.core.key_paper import Grant, KeyPaper, read_document
from nodekit.delivery.pg_common import PgStoreBase, instant

KEEP_KEY_PAPER = """
    INSERT INTO nodekit.key_paper AS k (dh, office, kind, n, document, sigs, taken_at) VALUES ($1, $2, $3, $4, $5, $6::text::jsonb, $7)
    ON CONFLICT (dh) DO UPDATE SET sigs = excluded.sigs WHERE k.sigs <> excluded.sigs
"""
KEY_GENERATION = "SELECT coalesce(max(n), 1) FROM nodekit.key_paper WHERE office = $1 AND kind <> 'revoke'"


class PgKeyStore(PgStoreBase):
    """The part of core.store.Store about keys."""

    async def keep_key_papers(self, papers: Sequence[KeyPaper], now: float) -> None:
        for paper in papers:  # a handful, a few times in the life of an office
            read = read_document(paper.document)
            kind, n = (read.kind, read.n) if isinstance(read, Grant) else ("revoke", read.serial)
            sigs = json.dumps([list(item) for item in paper.sigs])
            await self._connection.execute(KEEP_KEY_PAPER, paper.dh, read.office, kind, n, paper.document, sigs, instant(now))

    async def key_generation(self, office: str) -> int:
        found: int = await self._connection.fetchval(KEY_GENERATION, office)
        return found
