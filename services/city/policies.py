"""Rules across slices of this level: reactions to local events inside the office. Other offices cannot set them off."""

from capabilities.common_issue.issuer.commands.detecting import detect
from capabilities.common_issue.issuer.commands.own import pool_own
from capabilities.shared_list.issuer.commands.publishing import retire_for_round
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message
from shared_schemas.inspection.v1 import FindingConfirmed, FindingVoided, RoundArchived

handlers = Handlers("city.policies")


@handlers.on(FindingConfirmed)
async def pool_own_finding(uow: UnitOfWork, message: Message[FindingConfirmed]) -> None:
    """What this office finds itself is looked through for common issues together with what is reported from below."""
    if message.origin == uow.office and (await pool_own(uow, [message.data.finding_id])).taken:
        await detect(uow)


@handlers.on(FindingVoided)
async def drop_own_finding(uow: UnitOfWork, message: Message[FindingVoided]) -> None:
    """A finding struck out no longer counts for a common issue."""
    if message.origin == uow.office and (await pool_own(uow, [message.data.finding_id])).dropped:
        await detect(uow)


@handlers.on(RoundArchived)
async def retire_lists(uow: UnitOfWork, message: Message[RoundArchived]) -> None:
    """Lists issued for a round are read only when the round is over."""
    if message.origin == uow.office:
        await retire_for_round(uow, message.data.round_id, message.data.name)


POLICIES: tuple[Handlers, ...] = (handlers,)
