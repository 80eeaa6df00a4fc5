"""The door the callers use: one request, one transaction, one event."""

import hashlib
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from nodekit.web.edge import WriteUow
from tests.fault.ledger.event import FaultNoted, FaultNotedNewer
from tests.fault.ledger.models import Said

router = APIRouter(tags=["fault"])


class Saying(BaseModel):
    to: str
    case_id: UUID
    mark: UUID
    n: int
    text: str
    refusable: bool = False
    newer: bool = False


@router.post("/api/fault/say")
async def say(saying: Saying, uow: WriteUow) -> dict[str, str]:
    """Commit the row and the event together."""
    kind = FaultNotedNewer if saying.newer else FaultNoted
    event = kind(case_id=saying.case_id, mark=saying.mark, n=saying.n, text=saying.text, refusable=saying.refusable)
    event_id = await uow.publish(event, to=saying.to)
    uow.session.add(
        Said(
            event_id=event_id, case_id=saying.case_id, mark=saying.mark, n=saying.n, text_hash=hashlib.sha256(saying.text.encode()).hexdigest(), dst=saying.to,
        )
    )
    return {"event_id": str(event_id)}
