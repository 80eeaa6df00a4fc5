"""Rules watched in production on the adapting side."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from capabilities.shared_list.domain.states import Local
from capabilities.shared_list.receiver.models import AdaptedItem, ReceivedList
from nodekit.spec import Invariant
from nodekit.unit_of_work import UnitOfWork

ARRIVING_HOURS_MAX = 24
"""Pages of one list are sent together; a list still arriving after a day has lost one."""


async def counters_match_rows(uow: UnitOfWork) -> Sequence[str]:
    """Progress shown is progress made."""
    counted = (
        select(AdaptedItem.received_list_id, func.count(AdaptedItem.decision).label("decided"), func.count().label("total"))
        .where(or_(AdaptedItem.from_upstream, AdaptedItem.conflict))
        .group_by(AdaptedItem.received_list_id)
        .subquery()
    )
    wrong = select(ReceivedList).join(counted, counted.c.received_list_id == ReceivedList.id)
    wrong = wrong.where(or_(counted.c.decided != ReceivedList.decided, counted.c.total != ReceivedList.total))
    return [f"《{row.name}》的改编进度与条目不一致。" for row in await uow.session.scalars(wrong)]


async def lists_arrive_whole(uow: UnitOfWork) -> Sequence[str]:
    """No list stays half received."""
    since = uow.now - timedelta(hours=ARRIVING_HOURS_MAX)
    stuck = select(ReceivedList).where(ReceivedList.status == Local.INCOMING, ReceivedList.created_at < since)
    return [f"《{row.name}》只收到{len(row.pages_seen)}/{row.pages}页。" for row in await uow.session.scalars(stuck)]


async def stale_copies_have_a_successor(uow: UnitOfWork) -> Sequence[str]:
    """A copy is stale only because a newer version is here."""
    newer = aliased(ReceivedList)
    successor = select(newer.id).where(newer.origin == ReceivedList.origin, newer.list_id == ReceivedList.list_id, newer.number > ReceivedList.number)
    orphans = select(ReceivedList).where(ReceivedList.status == Local.STALE, ~successor.exists())
    return [f"《{row.name}》标为已过时,但没有收到新版。" for row in await uow.session.scalars(orphans)]


ALL = (
    Invariant("shared_list.counters_match_rows", counters_match_rows),
    Invariant("shared_list.lists_arrive_whole", lists_arrive_whole),
    Invariant("shared_list.stale_copies_have_a_successor", stale_copies_have_a_successor),
)
