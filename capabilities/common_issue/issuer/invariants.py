"""Rules watched in production on the issuing side."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from capabilities.common_issue.common.numbering import LETTERS
from capabilities.common_issue.domain.candidates import count_units
from capabilities.common_issue.issuer import queries
from capabilities.common_issue.issuer.models import Copy, Instrument, Issue
from nodekit.delivery.ledger import OutgoingState, get_outgoing
from nodekit.numbering import given
from nodekit.spec import Invariant
from nodekit.unit_of_work import UnitOfWork

DELIVERED_WITHIN = timedelta(days=3)


async def numbers_without_gaps(uow: UnitOfWork) -> Sequence[str]:
    """As many letters as the last number given, per 代字 and year."""
    found = []
    for kind, series in LETTERS.items():
        for year, last in (await given(uow, series)).items():
            used = await queries.count(uow, Instrument, Instrument.kind == kind, Instrument.document_number.contains(f"〔{year}〕"))
            if used != last:
                found.append(f"{series.title}〔{year}〕已编至{last}号,台账中有{used}件,请核查缺号。")
    return found


async def issued_is_delivered(uow: UnitOfWork) -> Sequence[str]:
    """A letter issued three days ago has at least reached the addressee."""
    rows = await uow.session.scalars(sa.select(Copy).where(Copy.status == "sent", Copy.created_at < uow.now - DELIVERED_WITHIN))
    found = []
    for row in rows:
        outgoing = await get_outgoing(uow.session, row.event_id)
        if outgoing is None or outgoing.state in {OutgoingState.WAITING, OutgoingState.SENT}:
            found.append(f"{row.document_number} 印发已超过3天,{uow.node.directory.short_name(row.recipient)}仍无送达回执。")
    return found


async def units_agree(uow: UnitOfWork) -> Sequence[str]:
    """The units of an issue are those of its findings."""
    found = []
    for issue in await uow.session.scalars(sa.select(Issue).where(Issue.source == "candidate", Issue.status != "merged")):
        counted = count_units(queries.as_reported(row) for row in await queries.list_members(uow, issue.id))
        if counted != issue.units:
            found.append(f"共性问题 {issue.serial} 记{issue.units}家,按所含问题计{counted}家。")
    return found


INVARIANTS = (
    Invariant("common_issue.numbers_without_gaps", numbers_without_gaps),
    Invariant("common_issue.issued_is_delivered", issued_is_delivered),
    Invariant("common_issue.units_agree", units_agree),
)
