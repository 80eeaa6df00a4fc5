"""Rules across slices of this level: reactions to local events inside the office. Other offices cannot set them off."""

from capabilities.common_issue.issuer.commands.detecting import detect
from capabilities.common_issue.issuer.commands.own import pool_own
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message
from shared_schemas.inspection.v1 import FindingConfirmed, FindingVoided

handlers = Handlers("county.policies")


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


POLICIES: tuple[Handlers, ...] = (handlers,)
