"""Rules watched in production on the receiving side."""

from collections.abc import Sequence

import sqlalchemy as sa

from capabilities.common_issue.receiver.models import Letter, Reply
from nodekit.spec import Invariant
from nodekit.unit_of_work import UnitOfWork


async def replies_are_numbered_through(uow: UnitOfWork) -> Sequence[str]:
    """As many replies as the letter's counter says."""
    counted = sa.select(Letter.document_number, Letter.replies, sa.func.count(Reply.id)).outerjoin(Reply, Reply.letter_id == Letter.id).group_by(Letter.id)
    return [f"{number} 记报告{said}次,台账中有{there}次。" for number, said, there in await uow.session.execute(counted) if said != there]


async def closed_was_answered(uow: UnitOfWork) -> Sequence[str]:
    """一函一报: nothing is closed without a result."""
    result = sa.exists().where(Reply.letter_id == Letter.id, Reply.kind == "result")
    rows = await uow.session.scalars(sa.select(Letter.document_number).where(Letter.status == "closed", ~result))
    return [f"{number} 已办结,但没有结果报告。" for number in rows]


INVARIANTS = (
    Invariant("common_issue.replies_are_numbered_through", replies_are_numbered_through), Invariant("common_issue.closed_was_answered", closed_was_answered),
)
