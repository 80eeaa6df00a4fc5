"""From a typed event to the bytes in the outbox: validate the addressee, seal if the class says so, keep the trace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import rfc8785

from nodekit.delivery.core.blob import Blob
from nodekit.delivery.envelope import encode_event
from nodekit.delivery.outbox import OutgoingEvent, enqueue
from nodekit.errors import NodeError
from nodekit.ids import new_id, new_random_id
from nodekit.telemetry import current_traceparent
from shared_schemas.event import EVENT_BODY_BYTES_MAX, Event
from shared_schemas.message_class import MessageClass

if TYPE_CHECKING:
    from nodekit.unit_of_work import UnitOfWork


class EventTooLarge(NodeError):
    """The body does not fit into one packet."""

    code = "event.too_large"
    status = 413

    def __init__(self, size: int) -> None:
        super().__init__(
            f"内容过大({size // 1024} KB),单次发送上限为 {EVENT_BODY_BYTES_MAX // 1024} KB。",
            hint="请精简内容或分次发送。", size_bytes=size, size_bytes_max=EVENT_BODY_BYTES_MAX,
        )


def sealing_info(*, event_id: UUID, src: str, dst: str, wire_type: str, aggregate: str) -> bytes:
    """Context bound into the seal: a sealed body cannot be moved to another event, sender or addressee."""
    return rfc8785.dumps({"id": str(event_id), "src": src, "dst": dst, "type": wire_type, "agg": aggregate})


async def prepare_event(uow: UnitOfWork, event: Event, *, to: str, in_reply_to: UUID | None, blobs: Sequence[Blob] = ()) -> UUID:
    """Write one event to the outbox of this transaction. See UnitOfWork.publish."""
    node = uow.node
    addressee = node.directory.office(to)
    body: dict[str, Any] = event.model_dump(mode="json")
    size = len(rfc8785.dumps(body))
    if size > EVENT_BODY_BYTES_MAX:
        raise EventTooLarge(size)
    sealed = None
    aggregate = event.aggregate()
    event_id = new_random_id() if event.family() == "petition" else new_id()
    if event.CLASS is MessageClass.SEALED:
        info = sealing_info(event_id=event_id, src=uow.office, dst=addressee.id, wire_type=event.wire_type(), aggregate=aggregate)
        sealed = node.sealer.seal(rfc8785.dumps({"type": event.TYPE, "body": body}), info, addressee.id)
    trace = current_traceparent()
    raw = encode_event(
        id=event_id, src=uow.office, dst=addressee.id, type=event.wire_type(), agg=aggregate, at=uow.now,
        body=None if sealed else body, sealed=sealed, re=in_reply_to, tp=trace,
        blobs=blobs,
    )
    await enqueue(
        uow.session,
        OutgoingEvent(
            id=event_id, src=uow.office, dst=addressee.id, raw=raw, type=event.wire_type(), agg=aggregate, created_at=uow.now, trace=trace,
        ),
    )
    return event_id
