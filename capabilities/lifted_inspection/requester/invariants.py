"""Rules watched in production on the asking side."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from capabilities.lifted_inspection.requester.models import Request
from nodekit.delivery.ledger import OutgoingState, get_outgoing
from nodekit.spec import Invariant
from nodekit.unit_of_work import UnitOfWork

DELIVERED_WITHIN = timedelta(days=3)


async def proposed_is_delivered(uow: UnitOfWork) -> Sequence[str]:
    """An application sent three days ago and not signed has at least reached the superior."""
    rows = await uow.session.scalars(sa.select(Request).where(Request.status == "proposed", Request.updated_at < uow.now - DELIVERED_WITHIN))
    found = []
    for row in rows:
        outgoing = await get_outgoing(uow.session, row.sent_event_id) if row.sent_event_id else None
        if outgoing is None or outgoing.state in {OutgoingState.WAITING, OutgoingState.SENT}:
            found.append(f"申请 {row.document_number} 报送已超过3天,仍无送达回执。")
    return found


async def goes_to_the_superior(uow: UnitOfWork) -> Sequence[str]:
    """An application goes to the office directly above, nowhere else."""
    superior = uow.node.directory.parent_inspection(uow.office)
    rows = await uow.session.scalars(sa.select(Request.target_name).where(Request.superior != (superior.id if superior else ""), Request.status == "proposed"))
    return [f"对{name}的提级申请没有报送直接上级。" for name in rows]


INVARIANTS = (
    Invariant("lifted_inspection.proposed_is_delivered", proposed_is_delivered),
    Invariant("lifted_inspection.goes_to_the_superior", goes_to_the_superior),
)
