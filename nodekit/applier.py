"""Applying a received event: open it, validate it, run every handler that wants it, once each, in the transaction of its receipt.

Accepted or refused is decided here; anything a handler raises besides `Refused` is retried by the delivery service and then quarantined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from pydantic import ValidationError

from nodekit.delivery.core.decision import Decision, EventHeld
from nodekit.delivery.outbox import claim, claim_many
from nodekit.delivery.tracing import applying, applying_many
from nodekit.errors import Refused
from nodekit.handlers import NotConcerned
from nodekit.outgoing import sealing_info
from nodekit.sealing import CannotOpen
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import BlobRef, Event, Message, event_type
from shared_schemas.message_class import MessageClass

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from nodekit.delivery.envelope import EventDoc
    from nodekit.handlers import Handler
    from nodekit.node import Node

AUDIT_KEY = "liandong_audit_buffer"


class Unreadable(Refused):
    """Authentic, but not what its type promises: the sender's program is wrong, sending again will not help."""

    code = "event.unreadable"


class NotUnderstoodYet(EventHeld):
    """A type this release does not know. Kept until an upgrade understands it; no receipt before understanding."""


@dataclass(frozen=True)
class Owner:
    """A slice or policy module and what it does with one type of event."""

    name: str
    handlers: list[Handler] = field(default_factory=list)


class HandlerApplier:
    """The receiver's business end, given to the delivery service.

    An office is one addressee, whatever it is composed of: the event is accepted when one slice accepts it and refused when all that it concerns refuse.
    """

    def __init__(self, node: Node, handlers: list[Handler]) -> None:
        self._node = node
        self._by_type: dict[type[Event], list[Owner]] = {}
        for handler in handlers:
            owners = self._by_type.setdefault(handler.event, [])
            owner = next((entry for entry in owners if entry.name == handler.owner), None)
            if owner is None:
                owners.append(owner := Owner(handler.owner))
            owner.handlers.append(handler)

    async def apply(self, session: AsyncSession, doc: EventDoc) -> Decision:
        """Run the handlers of one event.

        Raises:
            NotUnderstoodYet: no handler here knows the type.
            Exception: whatever a handler raised; the caller rolls back to before the event.
        """
        mark = self.mark(session)
        try:
            event, message = self._read(doc)
            owners = self._by_type.get(event)
            if not owners:
                raise NotUnderstoodYet(f"no handler for {event.TYPE}")
            answers = [await self._ask(session, owner, message) for owner in owners]
        except Refused as refusal:
            self.undo(session, mark)
            return _refused(refusal)
        concerned = [answer for answer in answers if not isinstance(answer, NotConcerned)]
        refusals = [answer for answer in concerned if answer is not None]
        return _refused(refusals[0]) if refusals and len(refusals) == len(concerned) else Decision("accepted")

    async def _ask(self, session: AsyncSession, owner: Owner, message: Message[Any]) -> Refused | NotConcerned | None:
        """One slice's handlers, all or none. Its refusal undoes what it did and nothing else; None: accepted."""
        mark, abstained = self.mark(session), 0
        try:
            async with session.begin_nested():
                for handler in owner.handlers:
                    try:
                        await self._run(session, handler, message)
                    except NotConcerned:
                        abstained += 1
        except Refused as refusal:
            self.undo(session, mark)
            await self._note_refusal(session, owner, message, refusal)
            return refusal
        return NotConcerned() if abstained == len(owner.handlers) else None

    async def _note_refusal(self, session: AsyncSession, owner: Owner, message: Message[Any], refusal: Refused) -> None:
        """Whatever the answer will be, which part of the office said no is on record here."""
        uow = UnitOfWork(self._node, session, self._node.clock())
        await uow.audit("exchange.slice_refused", subject=str(message.id), reason=refusal.message, slice=owner.name, code=refusal.code, origin=message.origin)
        session.info.setdefault(AUDIT_KEY, []).extend(uow.audit_buffer)

    async def apply_many(self, session: AsyncSession, docs: Sequence[EventDoc]) -> list[Decision]:
        """The same for a batch, in order, hoping that every slice accepts every event: claims in one statement, rows written together.

        There is no savepoint per event, so whatever is not a plain acceptance is raised, one slice's refusal too; the caller rolls the
        batch back and takes its events one by one. The session writes what was added before any statement, so handlers see each other's
        rows all the same.

        Raises:
            Exception: the first failure or refusal.
        """
        read = [(doc, *self._read(doc)) for doc in docs]
        if unknown := next((event for _, event, _ in read if event not in self._by_type), None):
            raise NotUnderstoodYet(f"no handler for {unknown.TYPE}")
        claims = [(handler.name, message.origin, message.id) for _, event, message in read for handler in self._handlers(event)]
        free = await claim_many(session, claims, self._node.clock())
        for event, group in groupby(read, key=lambda item: item[1]):
            handlers, members = self._handlers(event), list(group)
            if all(handler.takes_many for handler in handlers):
                with applying_many([doc for doc, _, _ in members]):
                    for handler in handlers:
                        await self._call(session, handler, [message for _, _, message in members if (handler.name, message.origin, message.id) in free])
                continue
            for doc, _, message in members:
                with applying(doc):
                    for handler in handlers:
                        await self._call(session, handler, [message] if (handler.name, message.origin, message.id) in free else [])
        return [Decision("accepted")] * len(docs)

    def _handlers(self, event: type[Event]) -> list[Handler]:
        return [handler for owner in self._by_type[event] for handler in owner.handlers]

    def mark(self, session: AsyncSession) -> int:
        """How many audit entries wait, before a savepoint."""
        return len(session.info.get(AUDIT_KEY, ()))

    def undo(self, session: AsyncSession, mark: int) -> None:
        """A savepoint was rolled back, and with it what its audit entries tell of."""
        del session.info.get(AUDIT_KEY, [])[mark:]

    async def before_commit(self, session: AsyncSession) -> None:
        """Write the audit entries of everything applied in this transaction. Last, so that the chain's lock is the last one taken."""
        entries = session.info.pop(AUDIT_KEY, [])
        if entries:
            uow = UnitOfWork(self._node, session, self._node.clock())
            uow.audit_buffer.extend(entries)
            await self._node.audit.flush(uow)

    async def _run(self, session: AsyncSession, handler: Handler, message: Message[Any]) -> None:
        uow = UnitOfWork(self._node, session, self._node.clock())
        if await claim(session, handler=handler.name, origin=message.origin, event_id=message.id, at=uow.now):
            await self._call(session, handler, [message], uow)
            await session.flush()

    async def _call(self, session: AsyncSession, handler: Handler, messages: list[Message[Any]], uow: UnitOfWork | None = None) -> None:
        if not messages:
            return
        uow = uow or UnitOfWork(self._node, session, self._node.clock())
        await handler.function(uow, messages if handler.takes_many else messages[0])
        session.info.setdefault(AUDIT_KEY, []).extend(uow.audit_buffer)

    def _read(self, doc: EventDoc) -> tuple[type[Event], Message[Any]]:
        name, body = self._opened(doc)
        event = event_type(name)
        if event is None:
            raise NotUnderstoodYet(f"unknown type {name}")
        if event.wire_type() != doc.type:
            raise Unreadable(f"{event.TITLE or name}的封装类型不符,已拒收。", hint="请发送单位检查系统版本。")
        try:
            data = event.model_validate(body)
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise Unreadable(f"{event.TITLE or name}内容不符合约定({where}),已拒收。", hint="请发送单位检查系统版本。", field=where) from None
        return event, Message(
            id=UUID(doc.id), origin=doc.src, data=data, at=doc.said_at, in_reply_to=UUID(doc.re) if doc.re else None,
            blobs=tuple(BlobRef(blob.hash, blob.chunks, blob.size) for blob in doc.blobs),
        )

    def _opened(self, doc: EventDoc) -> tuple[str, Any]:
        """Type and body; a sealed event tells its real type only inside."""
        if doc.sealed is None:
            return doc.type, doc.body
        info = sealing_info(event_id=UUID(doc.id), src=doc.src, dst=doc.dst, wire_type=doc.type, aggregate=doc.agg)
        try:
            inner = orjson.loads(self._node.sealer.open(doc.sealed, info))
            known = event_type(inner["type"])
        except (CannotOpen, ValueError, KeyError, TypeError):
            raise Unreadable("密封内容无法用本单位密钥打开,已拒收。", hint="请发送单位核对收件单位密钥后重新发送。") from None
        if known is not None and known.CLASS is not MessageClass.SEALED:
            raise Unreadable("不应密封的内容被密封发送,已拒收。", hint="请发送单位检查系统版本。")
        return inner["type"], inner["body"]


def _refused(refusal: Refused) -> Decision:
    return Decision("refused", code=refusal.code, text=f"{refusal.message}{refusal.hint}")
