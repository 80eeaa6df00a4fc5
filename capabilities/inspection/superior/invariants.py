"""Rules over received filings that must hold in production."""

from collections.abc import Sequence

from sqlalchemy import select

from capabilities.inspection.superior.models import ReceivedFiling
from nodekit.spec import Invariant
from nodekit.unit_of_work import UnitOfWork

VIOLATIONS_MAX = 50


async def _only_from_below(uow: UnitOfWork) -> Sequence[str]:
    lower = {office.id for office in uow.node.directory.descendants(uow.office)}
    wanted = select(ReceivedFiling).where(ReceivedFiling.origin.not_in(lower)).limit(VIOLATIONS_MAX)
    return [f"报备“{row.title}”来自非下级单位{row.origin}" for row in await uow.session.scalars(wanted)]


async def _report_after_scheme(uow: UnitOfWork) -> Sequence[str]:
    """A report whose scheme never came says that a filing was skipped or lost."""
    schemes = select(ReceivedFiling.round_id).where(ReceivedFiling.kind == "scheme")
    wanted = select(ReceivedFiling).where(ReceivedFiling.kind == "report", ReceivedFiling.round_id.not_in(schemes)).limit(VIOLATIONS_MAX)
    return [f"{row.round_name}已报综合报告,但未收到工作方案" for row in await uow.session.scalars(wanted)]


INVARIANTS = (Invariant("报备只来自下级巡视巡察机构", _only_from_below), Invariant("有综合报告的轮次先有方案报备", _report_after_scheme))
