"""Every SELECT of the reporting side."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from capabilities.common_issue.reporter.models import Escalation, Report, ReportedFinding
from nodekit.errors import NotFound
from nodekit.unit_of_work import UnitOfWork


async def get_report(uow: UnitOfWork, report_id: UUID) -> Report:
    """One batch, locked for the transaction."""
    found = await uow.session.get(Report, report_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    return found


async def find_report(uow: UnitOfWork, report_id: UUID) -> Report | None:
    return await uow.session.get(Report, report_id, with_for_update=True)


async def get_escalation(uow: UnitOfWork, escalation_id: UUID) -> Escalation:
    found = await uow.session.get(Escalation, escalation_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    return found


async def find_escalation(uow: UnitOfWork, escalation_id: UUID) -> Escalation | None:
    return await uow.session.get(Escalation, escalation_id, with_for_update=True)


async def list_reported(uow: UnitOfWork, report_id: UUID) -> Sequence[ReportedFinding]:
    """Findings of a batch by number."""
    rows = await uow.session.scalars(sa.select(ReportedFinding).where(ReportedFinding.report_id == report_id).order_by(ReportedFinding.number))
    return rows.all()


async def reported_ids(uow: UnitOfWork, addressee: str | None = None) -> set[UUID]:
    """Findings that stand in a batch (drafted ones included) for an addressee, or for all."""
    chosen = sa.select(ReportedFinding.finding_id).join(Report).where(ReportedFinding.withdrawn.is_(False), Report.status.in_(("drafted", "reported", "pooled")))
    if addressee:
        chosen = chosen.where(Report.addressee == addressee)
    return set(await uow.session.scalars(chosen))


async def count_reports(uow: UnitOfWork, status: str) -> int:
    return int(await uow.session.scalar(sa.select(sa.func.count()).select_from(Report).where(Report.status == status)) or 0)
