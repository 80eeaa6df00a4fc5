"""Rules watched in production on the reporting side."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from capabilities.common_issue.common.identifying import known_names
from capabilities.common_issue.domain import deidentify
from capabilities.common_issue.reporter.models import Report, ReportedFinding
from nodekit.spec import Invariant
from nodekit.unit_of_work import UnitOfWork

POOLED_WITHIN = timedelta(days=3)
CHECKED_MAX = 500


async def reported_is_pooled(uow: UnitOfWork) -> Sequence[str]:
    """A batch sent three days ago is in the pool above."""
    rows = await uow.session.scalars(sa.select(Report).where(Report.status == "reported", Report.reported_at < uow.now - POOLED_WITHIN))
    return [f"上报材料 {row.serial} 报送已超过3天,仍未入库。" for row in rows]


async def nothing_named_left(uow: UnitOfWork) -> Sequence[str]:
    """No wording that left the office names anybody, by today's check."""
    known = await known_names(uow)
    chosen = sa.select(ReportedFinding.number, ReportedFinding.text).join(Report).where(Report.reported_at.is_not(None)).order_by(Report.reported_at.desc())
    rows = await uow.session.execute(chosen.limit(CHECKED_MAX))
    return [f"已报送的问题 {number} 的表述疑似含具体对象,请核实并撤回。" for number, text in rows if deidentify.finds(text, known)]


INVARIANTS = (Invariant("common_issue.reported_is_pooled", reported_is_pooled), Invariant("common_issue.nothing_named_left", nothing_named_left))
