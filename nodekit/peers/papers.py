"""Papers about keys where they are kept: in the database, and, for this office's own proof, beside its private keys.

The folder's copy outlives a database restored to an older day: a key that is in use must not lose the proof that it is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from nodekit.delivery.core.key_paper import Grant, KeyPaper, paper_of, read_document
from nodekit.delivery.key_tables import key_paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncSession

    from nodekit.unit_of_work import UnitOfWork

FILE = "papers.json"


def read_folder_papers(folder: Path) -> list[KeyPaper]:
    """Those beside the private keys; none if there is no file.

    Raises:
        Reject: the file was damaged.
    """
    file = folder / FILE
    return [paper_of(entry) for entry in json.loads(file.read_bytes())] if file.exists() else []


def write_folder_papers(folder: Path, papers: Iterable[KeyPaper]) -> None:
    """Replace the file in one step."""
    draft = folder / f"{FILE}.new"
    draft.write_text(json.dumps([paper.as_json() for paper in papers], ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draft.replace(folder / FILE)


async def list_papers(session: AsyncSession) -> list[KeyPaper]:
    """All in the database, in the order they came."""
    rows = await session.execute(select(key_paper.c.document, key_paper.c.sigs).order_by(key_paper.c.taken_at, key_paper.c.n))
    return [KeyPaper(row.document, tuple((role, kid, sig) for role, kid, sig in row.sigs)) for row in rows]


async def file_papers(uow: UnitOfWork, papers: Sequence[KeyPaper]) -> None:
    """Keep papers that hold; known ones get their newest signatures."""
    for paper in papers:
        read = read_document(paper.document)
        kind, n = (read.kind, read.n) if isinstance(read, Grant) else ("revoke", read.serial)
        row = insert(key_paper).values(
            dh=paper.dh, office=read.office, kind=kind, n=n, document=paper.document, sigs=[list(item) for item in paper.sigs], taken_at=uow.now,
        )
        await uow.session.execute(row.on_conflict_do_update(index_elements=[key_paper.c.dh], set_={"sigs": row.excluded.sigs}))


async def first_told(uow: UnitOfWork, paper: KeyPaper) -> bool:
    """File a paper that came through the tree; True the first time, and when it came with other signatures than before."""
    known = (await uow.session.execute(select(key_paper.c.sigs, key_paper.c.told_at).where(key_paper.c.dh == paper.dh))).first()
    if known is not None and known.told_at is not None and known.sigs == [list(item) for item in paper.sigs]:
        return False
    await file_papers(uow, [paper])
    await uow.session.execute(update(key_paper).where(key_paper.c.dh == paper.dh).values(told_at=func.coalesce(key_paper.c.told_at, uow.now)))
    return True
