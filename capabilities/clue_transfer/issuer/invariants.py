"""Rules watched in production on the issuing side. Sentences name numbers, never contents."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.common.numbering import TRANSFER
from capabilities.clue_transfer.issuer.models import Clue, Stub
from nodekit.delivery.ledger import OutgoingState, get_outgoing
from nodekit.numbering import given
from nodekit.spec import Invariant
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.offices import OfficeKind, Tier

DELIVERED_WITHIN = timedelta(days=3)


async def sent_is_delivered(uow: UnitOfWork) -> Sequence[str]:
    """A clue sent three days ago and not signed has at least reached the desk."""
    rows = await uow.session.scalars(sa.select(Clue).where(Clue.status == "sent", Clue.sent_at < uow.now - DELIVERED_WITHIN))
    found = []
    for row in rows:
        outgoing = await get_outgoing(uow.session, row.sent_event_id) if row.sent_event_id else None
        if outgoing is None or outgoing.state in {OutgoingState.WAITING, OutgoingState.SENT}:
            found.append(f"线索 {row.serial} 发出已超过3天,仍无送达回执。")
    return found


async def nothing_kept_about_cadres_above(uow: UnitOfWork) -> Sequence[str]:
    """No body is stored of a clue whose person is managed above."""
    rank = domain.TIER_RANK[uow.node.office.tier]
    above = [str(tier) for tier in Tier if domain.TIER_RANK[tier] < rank]
    rows = await uow.session.scalars(sa.select(Clue.serial).where(Clue.cadre_tier.in_(above)))
    return [f"线索 {serial} 的被反映人属上级管理,不应保存正文。" for serial in rows]


async def route_or_mark(uow: UnitOfWork) -> Sequence[str]:
    """A clue goes where the rule says, or carries the mark 改派."""
    rows = await uow.session.scalars(sa.select(Clue).where(Clue.rerouted.is_(False)))
    own = uow.node.office.tier
    return [
        f"线索 {row.serial} 的接收机关与移送规则不符,且未标注改派。"
        for row in rows
        if domain.route(own, Tier(row.cadre_tier), row.matter).kind is not OfficeKind.of(row.recipient)
    ]


async def numbers_without_gaps(uow: UnitOfWork) -> Sequence[str]:
    """As many transfer letters as the last number given."""
    found = []
    for year, last in (await given(uow, TRANSFER)).items():
        used = await uow.session.scalar(sa.select(sa.func.count()).select_from(Clue).where(Clue.document_number.contains(f"〔{year}〕")))
        if used != last:
            found.append(f"{TRANSFER.title}〔{year}〕已编至{last}号,台账中有{used}件,请核查缺号。")
    return found


async def serials_once(uow: UnitOfWork) -> Sequence[str]:
    """A number belongs to a clue or to a stub, never to both."""
    both = await uow.session.scalars(sa.select(Clue.serial).join(Stub, Stub.serial == Clue.serial))
    return [f"编号 {serial} 同时用于线索和存根。" for serial in both]


INVARIANTS = (
    Invariant("clue_transfer.sent_is_delivered", sent_is_delivered),
    Invariant("clue_transfer.nothing_kept_about_cadres_above", nothing_kept_about_cadres_above),
    Invariant("clue_transfer.route_or_mark", route_or_mark),
    Invariant("clue_transfer.numbers_without_gaps", numbers_without_gaps),
    Invariant("clue_transfer.serials_once", serials_once),
)
