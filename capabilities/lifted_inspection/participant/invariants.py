"""Rules watched in production on the participating side."""

from collections.abc import Sequence

import sqlalchemy as sa

from capabilities.lifted_inspection.common.papers import above
from capabilities.lifted_inspection.participant.models import Assignment, Lending, LentPerson, Paper
from nodekit.spec import Invariant
from nodekit.unit_of_work import UnitOfWork


async def tasked_from_above(uow: UnitOfWork) -> Sequence[str]:
    """Tasks come from offices over this one, and are counted by one of them."""
    over = above(uow.node.directory, uow.office)
    rows = await uow.session.scalars(sa.select(Assignment))
    return [f"任务 {row.task_number} 的组织或统计归口单位不是本单位上级。" for row in rows if row.origin not in over or row.counting_owner not in over]


async def supervised_after_signature(uow: UnitOfWork) -> Sequence[str]:
    """Nobody supervises what he has not signed for."""
    signed = sa.select(Paper.task_id).where(Paper.kind == "hand_over", Paper.status == "signed")
    rows = await uow.session.scalars(
        sa.select(Assignment.task_number).where(Assignment.status.in_(("supervising", "result_reported")), Assignment.task_id.not_in(signed))
    )
    return [f"任务 {number} 已在监督整改,但移交清单未签收。" for number in rows]


async def released_by_letter(uow: UnitOfWork) -> Sequence[str]:
    """Nobody leaves without a letter."""
    wanted = sa.select(LentPerson.name).join(Lending, Lending.id == LentPerson.lending_id)
    rows = await uow.session.scalars(wanted.where(LentPerson.status.in_(("released", "joined")), Lending.letter_number.is_(None)))
    return [f"{name}已放行,但没有抽调函。" for name in rows]


INVARIANTS = (
    Invariant("lifted_inspection.tasked_from_above", tasked_from_above),
    Invariant("lifted_inspection.supervised_after_signature", supervised_after_signature),
    Invariant("lifted_inspection.released_by_letter", released_by_letter),
)
