"""Every SELECT on received filings."""

from uuid import UUID

from sqlalchemy import func, select

from capabilities.inspection.superior.models import ReceivedFiling
from nodekit.errors import NotFound
from nodekit.unit_of_work import UnitOfWork


async def get_received(uow: UnitOfWork, record_id: UUID) -> ReceivedFiling:
    """The locked record."""
    row = await uow.session.get(ReceivedFiling, record_id, with_for_update=True)
    if row is None:
        raise NotFound("该报备")
    return row


async def find_received(uow: UnitOfWork, origin: str, filing_id: UUID) -> ReceivedFiling | None:
    """The locked record of one office's filing."""
    wanted = select(ReceivedFiling).where(ReceivedFiling.origin == origin, ReceivedFiling.filing_id == filing_id).with_for_update()
    return (await uow.session.scalars(wanted)).one_or_none()


async def find_report_on(uow: UnitOfWork, scheme: ReceivedFiling) -> ReceivedFiling | None:
    """The report on the round whose scheme this is, if it came."""
    wanted = select(ReceivedFiling).where(
        ReceivedFiling.origin == scheme.origin, ReceivedFiling.round_id == scheme.round_id, ReceivedFiling.kind == "report",
        ReceivedFiling.status != "withdrawn",
    )
    return (await uow.session.scalars(wanted.limit(1))).one_or_none()


async def find_number(uow: UnitOfWork, number: str) -> ReceivedFiling | None:
    return (await uow.session.scalars(select(ReceivedFiling).where(ReceivedFiling.record_number == number))).one_or_none()


async def count_waiting(uow: UnitOfWork) -> int:
    """Filings nobody has answered yet."""
    wanted = select(func.count()).select_from(ReceivedFiling).where(ReceivedFiling.status.in_(("sent", "signed")))
    return (await uow.session.scalar(wanted)) or 0


async def list_waiting(uow: UnitOfWork, limit: int) -> list[ReceivedFiling]:
    wanted = select(ReceivedFiling).where(ReceivedFiling.status.in_(("sent", "signed"))).order_by(ReceivedFiling.sign_due_on).limit(limit)
    return list(await uow.session.scalars(wanted))
