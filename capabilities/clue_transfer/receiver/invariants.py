"""Rules watched in production on a desk's side. Sentences name numbers, never contents."""

from collections.abc import Sequence

import sqlalchemy as sa

from capabilities.clue_transfer.common.numbering import desk_series
from capabilities.clue_transfer.receiver.models import Clue
from capabilities.clue_transfer.receiver.options import ReceiverOptions
from nodekit.numbering import given
from nodekit.spec import Invariant
from nodekit.unit_of_work import UnitOfWork


async def nothing_kept_that_went_back(uow: UnitOfWork) -> Sequence[str]:
    """What was returned or withdrawn leaves no body behind."""
    rows = await uow.session.scalars(sa.select(Clue.serial).where(Clue.status.in_(("returned", "withdrawn")), Clue.body.is_not(None)))
    return [f"来件 {serial} 已退回或撤回,正文仍在保存。" for serial in rows]


async def handler_knows(uow: UnitOfWork) -> Sequence[str]:
    """A handler is inside the need to know of his clue."""
    rows = await uow.session.scalars(sa.select(Clue.serial).where(Clue.handler_id.is_not(None), Clue.handler_id != sa.all_(Clue.known_to)))
    return [f"来件 {serial} 的承办人不在知悉范围内。" for serial in rows]


async def numbers_without_gaps(uow: UnitOfWork) -> Sequence[str]:
    """As many numbered clues as the last number given."""
    found = []
    series = desk_series(uow.options(ReceiverOptions).number_word)
    for year, last in (await given(uow, series)).items():
        used = await uow.session.scalar(sa.select(sa.func.count()).select_from(Clue).where(Clue.number.contains(f"〔{year}〕")))
        if used != last:
            found.append(f"{series.title}〔{year}〕已编至{last}号,台账中有{used}件,请核查缺号。")
    return found


INVARIANTS = (
    Invariant("clue_transfer.nothing_kept_that_went_back", nothing_kept_that_went_back),
    Invariant("clue_transfer.handler_knows", handler_knows),
    Invariant("clue_transfer.desk_numbers_without_gaps", numbers_without_gaps),
)
