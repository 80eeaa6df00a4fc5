"""Health endpoints for supervisors: no session, no content."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from nodekit.backlog import undelivered
from nodekit.node import Node
from nodekit.web.edge import node_of

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request, response: Response) -> dict[str, Any]:
    """The database answers and delivery runs. The bus may be down: officers still work, the outbox waits."""
    node = node_of(request)
    try:
        ready = await node.ready()
    except (SQLAlchemyError, OSError):
        ready = False
    response.status_code = 200 if ready else 503
    bus = node.bus.status()
    return {
        "ready": ready, "office": node.office.id, "bus": {"connected": bus.connected, "parent_link": bus.parent_link},
        "space": {"full": node.space.full}, "backlog": await _backlog(node) if ready else None,
    }


async def _backlog(node: Node) -> int:
    """Events no other office has proved to hold, over all channels."""
    async with node.reading() as uow:
        return await undelivered(uow.session, node.settings.optional_backlog_max)
