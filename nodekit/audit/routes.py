"""/audit: read the log, filter it, and have the chain recomputed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import func, select

from nodekit.audit.labels import action_label, said_in_history, subjects_of
from nodekit.audit.models import AuditEntry
from nodekit.clock import SHANGHAI
from nodekit.identity.officer import Officer
from nodekit.identity.session import require
from nodekit.web import render
from nodekit.web.edge import ReadUow, WriteUow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodekit.audit.log import AuditReport
    from nodekit.unit_of_work import UnitOfWork

router = APIRouter(prefix="/audit", include_in_schema=False)
AuditReader = Annotated[Officer, require("audit.read")]
PAGE_SIZE = 50


class Filters(BaseModel):
    """The filter bar, as it stands in the address."""

    who: str = Field(default="", max_length=60)
    action: str = Field(default="", max_length=100)
    subject: str = Field(default="", max_length=200)
    day: str = Field(default="", max_length=10)
    page: int = Field(default=1, ge=1, le=100_000)


@router.get("")
async def audit_page(request: Request, uow: ReadUow, _: AuditReader, filters: Annotated[Filters, Query()]) -> Response:
    """Entries, newest first."""
    return await _page(request, uow, filters)


@router.post("/verify")
async def verify(request: Request, uow: WriteUow, _: AuditReader) -> Response:
    """Recompute the chain now. That it was verified is an entry itself."""
    report = await uow.node.audit.verify(uow.session)
    await uow.audit("audit.verified", subject=str(report.entries), ok=report.ok, broken_at=report.broken_at)
    return await _page(request, uow, Filters(), report)


async def _page(request: Request, uow: UnitOfWork, filters: Filters, report: AuditReport | None = None) -> Response:
    entries, total = await _list_entries(uow, filters)
    return await render(
        request,
        uow,
        "audit/log.html",
        entries=entries,
        total=total,
        page=filters.page,
        pages=max(1, -(-total // PAGE_SIZE)),
        label_of=partial(action_label, uow.node.spec, said=await said_in_history(uow, entries)),
        subjects=await subjects_of(uow, entries),
        filters=filters.model_dump(exclude={"page"}),
        report=report,
    )


async def _list_entries(uow: UnitOfWork, filters: Filters) -> tuple[Sequence[AuditEntry], int]:
    query = select(AuditEntry)
    wanted = {AuditEntry.officer_name: filters.who, AuditEntry.action: filters.action, AuditEntry.subject: filters.subject}
    for column, value in wanted.items():
        if value.strip():
            query = query.where(column.icontains(value.strip(), autoescape=True))
    if start := _day_start(filters.day):
        query = query.where(AuditEntry.at >= start, AuditEntry.at < start + timedelta(days=1))
    total = await uow.session.scalar(select(func.count()).select_from(query.subquery()))
    rows = await uow.session.scalars(query.order_by(AuditEntry.seq.desc()).limit(PAGE_SIZE).offset((filters.page - 1) * PAGE_SIZE))
    return rows.all(), total or 0


def _day_start(text: str) -> datetime | None:
    """First moment of a local day; None for anything that is no date."""
    try:
        return datetime.combine(date.fromisoformat(text.strip()), time(), SHANGHAI)
    except ValueError:
        return None
