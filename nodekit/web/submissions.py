"""Once means once: a form or a request that arrives twice is answered with the first result.

The token's row commits with what the request changed. A second request with the same token waits on the row's key until
the first has committed or rolled back: there is no moment in which both could act.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from nodekit.db import NodekitBase
from nodekit.errors import NodeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

    from nodekit.unit_of_work import UnitOfWork

TOKEN_CHARS_MAX = 200
KEPT_FOR = timedelta(days=30)


class AlreadySubmitted(NodeError):
    """The token has served for another request: the same page sent again with other contents."""

    code = "input.already_submitted"

    def __init__(self, url: str) -> None:
        super().__init__(
            "此表单已经提交过一次,这次内容与上次不同,未再办理。",
            hint="如确需再办一次,请核对后重新提交;如属修改,请打开已提交的记录办理。", url=url,
        )


class Submission(NodekitBase):
    """One request that changed something, by the token its sender chose."""

    __tablename__ = "submissions"
    __table_args__ = (sa.Index("ix_submissions_at", "at"),)

    officer_id: Mapped[UUID] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(TOKEN_CHARS_MAX), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    """Keyed digest of address and contents: what a form said cannot be guessed from the table."""
    url: Mapped[str] = mapped_column(sa.Text)
    record_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))


def fingerprint(path: str, given: Mapping[str, Any]) -> str:
    """Digest of what is asked, for `claim`. `default=str` suffices: equal requests must match, nobody parses it."""
    text = json.dumps([path, given], sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


async def claim(uow: UnitOfWork, officer_id: UUID, token: str, digest: str) -> Submission | None:
    """Take the token for this transaction; the earlier submission when it was used before.

    Raises:
        AlreadySubmitted: used before, for something else.
    """
    keyed = uow.node.vault.keyed_hash(digest, "submission")
    row = {"officer_id": officer_id, "token": token, "fingerprint": keyed, "url": "", "at": uow.now}
    statement = insert(Submission).values(row).on_conflict_do_nothing().returning(Submission.token)
    if (await uow.session.execute(statement)).scalar() is not None:
        return None
    earlier = await uow.session.get_one(Submission, (officer_id, token))
    if earlier.fingerprint != keyed:
        raise AlreadySubmitted(earlier.url)
    return earlier


async def settle(uow: UnitOfWork, officer_id: UUID, token: str, *, url: str, record_id: UUID | None) -> None:
    """Note the result for those who ask again."""
    mine = sa.and_(Submission.officer_id == officer_id, Submission.token == token)
    await uow.session.execute(sa.update(Submission).where(mine).values(url=url, record_id=record_id))


async def forget_old(session: AsyncSession, now: datetime) -> int:
    """Housekeeping: drop tokens nobody will repeat any more; returns how many."""
    result = await session.execute(sa.delete(Submission).where(Submission.at < now - KEPT_FOR))
    return int(getattr(result, "rowcount", 0))
