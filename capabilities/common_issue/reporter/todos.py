"""What waits at the reporting side."""

from collections.abc import Sequence

import sqlalchemy as sa

from capabilities.common_issue.reporter import permissions, queries
from capabilities.common_issue.reporter.ledgers import ESCALATIONS, REPORTS
from capabilities.common_issue.reporter.models import Escalation, Report
from nodekit.identity.officer import Officer
from nodekit.spec import Todo
from nodekit.unit_of_work import UnitOfWork

TODOS_MAX = 50


async def todos(uow: UnitOfWork, officer: Officer) -> Sequence[Todo]:
    """Batches and requests to be sent."""
    if not officer.may(permissions.SEND):
        return []
    reports = await uow.session.scalars(sa.select(Report).where(Report.status == "drafted").order_by(Report.created_at).limit(TODOS_MAX))
    requests = await uow.session.scalars(sa.select(Escalation).where(Escalation.status == "drafted").order_by(Escalation.created_at).limit(TODOS_MAX))
    return [
        *(Todo(f"共性问题材料({row.size}个问题)待报送", REPORTS.record_url(row.id), "待审批", None, REPORTS.title) for row in reports),
        *(Todo(f"提请“{row.title}”待报送", ESCALATIONS.record_url(row.id), "待审批", None, ESCALATIONS.title) for row in requests),
    ]


async def count_drafts(uow: UnitOfWork, _officer: Officer) -> int:
    return await queries.count_reports(uow, "drafted")
