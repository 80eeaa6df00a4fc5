"""存储空间: how full the disks are, what waits to be delivered, how long bodies are kept and what went, which backups may be restored."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from nodekit.audit.models import AuditEntry
from nodekit.backlog import undelivered
from nodekit.delivery.backup_marks import list_marks
from nodekit.identity.officer import Officer
from nodekit.identity.session import require
from nodekit.retention import PRUNED
from nodekit.web.edge import ReadUow
from nodekit.web.templating import render

router = APIRouter(tags=["storage"], include_in_schema=False)
Reader = Annotated[Officer, require("exchange.read")]
ROUNDS_SHOWN = 30


@router.get("/ops/storage", response_class=HTMLResponse)
async def storage(request: Request, uow: ReadUow, _officer: Reader) -> HTMLResponse:
    """One page, nothing to press: what it shows is set in settings.toml and done by commands."""
    settings = uow.node.settings
    pruned = select(AuditEntry.at, AuditEntry.officer_name, AuditEntry.subject, AuditEntry.facts).where(AuditEntry.action == PRUNED)
    return await render(
        request, uow, "ops/storage.html", space=uow.node.space, days=settings.prune_after_days, most=settings.optional_backlog_max,
        waiting=await undelivered(uow.session, settings.optional_backlog_max), marks=(await list_marks(uow.session))[::-1],
        rounds=(await uow.session.execute(pruned.order_by(AuditEntry.seq.desc()).limit(ROUNDS_SHOWN))).all(),
    )
