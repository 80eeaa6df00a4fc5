"""Puts the proof of one numbered event together from what this database keeps. Nothing is signed or computed for the occasion.

`contracts/evidence/verify_evidence.py` judges it without this program. Never: opens what is sealed, or includes an event the officer did not ask for.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, Table, func, select

from nodekit.delivery.envelope import EventDoc, decode_event
from nodekit.delivery.tables import in_link, inbox, out_link, outbox, receipt
from nodekit.errors import NodeError, NotFound
from nodekit.peers.keyfiles import read_root
from nodekit.peers.models import PeerKey
from nodekit.rekeying.files import fingerprint_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from nodekit.unit_of_work import UnitOfWork

FORMAT = "liandong-evidence-1"
OUT, IN = "out", "in"


class NotProvableYet(NodeError):
    """An event without a number has no place in a chain, and so nothing that a third party could verify."""

    code = "evidence.not_numbered"

    def __init__(self) -> None:
        super().__init__("该事项尚未编号发送,还没有可供第三方核验的凭证。", hint="请在状态变为“已发送”之后再下载凭证包。")


@dataclass(frozen=True)
class Place:
    """One event in one channel, as this office keeps it."""

    way: str
    peer: str
    number: int
    raw: bytes
    receipt: str | None

    @property
    def event(self) -> EventDoc:
        return decode_event(self.raw)


async def find_place(session: AsyncSession, way: str, peer: str, event_id: UUID) -> Place:
    """The event's number and bytes.

    Raises:
        NotFound: no such event with that office. NotProvableYet: not numbered.
    """
    if way == OUT:
        query: Select[Any] = select(outbox.c.seq, outbox.c.event_bytes, outbox.c.receipt).where(outbox.c.dst == peer, outbox.c.event_id == event_id)
    else:
        joined = inbox.outerjoin(in_link, (in_link.c.src == inbox.c.src) & (in_link.c.seq == inbox.c.seq))
        query = select(inbox.c.seq, in_link.c.event_bytes, inbox.c.receipt).select_from(joined).where(inbox.c.src == peer, inbox.c.event_id == event_id)
    row = (await session.execute(query)).first()
    if row is None:
        raise NotFound("该事项")
    if row[0] is None:
        raise NotProvableYet
    return Place(way, peer, *row)


async def evidence_of(uow: UnitOfWork, place: Place) -> bytes:
    """The package as a JSON document."""
    src, dst = (uow.office, place.peer) if place.way == OUT else (place.peer, uow.office)
    receipts = await _receipts(uow.session, place)
    furthest = max((span["z"] for document in receipts for span in json.loads(document["document"])["spans"] if span["a"] <= place.number <= span["z"]), default=0)
    settings = uow.node.settings
    document = {
        "format": FORMAT,
        "made": {"office": uow.office, "at": uow.now.isoformat()},
        "channel": {"src": src, "dst": dst, "src_name": uow.node.directory.name(src), "dst_name": uow.node.directory.name(dst)},
        "number": place.number,
        "event": place.raw.decode(),
        "chain": await _chain(uow.session, place, furthest),
        "receipts": receipts,
        "keys": [key for office in (src, dst) for key in (*await _keys(uow.session, office), *_later_keys(uow, office))],
        "papers": _papers(uow, (src, dst)),
        "directory": json.loads(settings.directory_file.read_bytes()),
        "root": base64.b64encode(read_root(settings.keys_dir).public_bytes_raw()).decode(),
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


async def _chain(session: AsyncSession, place: Place, furthest: int) -> dict[str, Any]:
    """From the last signed link before the event to the first signed one that covers it and whatever its receipt names."""
    table, peer = _links(place)
    mine = peer == place.peer
    start = await session.scalar(select(func.max(table.c.seq)).where(mine, table.c.seq < place.number, table.c.sig.is_not(None))) or 0
    end = await session.scalar(select(func.min(table.c.seq)).where(mine, table.c.seq >= max(place.number, furthest), table.c.sig.is_not(None)))
    columns = (table.c.seq, table.c.eh, table.c.lh, table.c.kid, table.c.suite, table.c.sig)
    last = end or max(place.number, furthest)
    rows = (await session.execute(select(*columns).where(mine, table.c.seq >= start - 1, table.c.seq <= last).order_by(table.c.seq))).all()
    hashes = {row.seq: row.lh for row in rows}
    return {
        "prev": hashes.get(start - 1) if start > 1 else None,
        "links": [{"seq": row.seq, "eh": row.eh, "kid": row.kid, "suite": row.suite, "sig": row.sig} for row in rows if row.seq >= max(1, start)],
    }


def _links(place: Place) -> tuple[Table, Any]:
    return (out_link, out_link.c.dst) if place.way == OUT else (in_link, in_link.c.src)


async def _receipts(session: AsyncSession, place: Place) -> list[dict[str, str]]:
    if place.receipt is None:
        return []
    rows = await session.execute(select(receipt.c.document, receipt.c.kid, receipt.c.sig).where(receipt.c.rh == place.receipt))
    return [{"document": row.document.decode(), "kid": row.kid, "sig": row.sig} for row in rows]


async def _keys(session: AsyncSession, office: str) -> Sequence[dict[str, str]]:
    """All keys this office ever believed of one office, the first seen (which anchors its chains) first."""
    rows = await session.scalars(select(PeerKey).where(PeerKey.office == office, PeerKey.status != "refused").order_by(PeerKey.first_seen_at, PeerKey.status.desc()))
    return [
        {
            "office": office, "public": base64.urlsafe_b64encode(row.signing).rstrip(b"=").decode(), "fingerprint": row.signing_fingerprint,
            "status": row.status, "first_seen_at": row.first_seen_at.isoformat(),
        }
        for row in rows
    ]


def _later_keys(uow: UnitOfWork, office: str) -> list[dict[str, str]]:
    """Keys that papers granted after the first."""
    return [
        {
            "office": office, "public": base64.urlsafe_b64encode(gen.signing).rstrip(b"=").decode(), "fingerprint": fingerprint_of(gen.signing),
            "status": "later", "first_seen_at": gen.since,
        }
        for gen in uow.node.keyring.book.generations(office)[1:]
    ]


def _papers(uow: UnitOfWork, offices: tuple[str, str]) -> list[dict[str, Any]]:
    """What grants and revokes keys of both ends and of those above them, each once, superiors first."""
    found = {paper.dh: paper for office in offices for paper in uow.node.keyring.book.proof(office)}
    return [paper.as_json() for paper in found.values()]


def file_name(place: Place) -> str:
    """ASCII, so that every browser and disk takes it."""
    event = place.event
    return f"evidence-{event.src}-{event.dst}-{place.number}.json"
