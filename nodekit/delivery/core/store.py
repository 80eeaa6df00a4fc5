"""What the protocol asks of storage. All calls of one step happen inside one transaction opened by the adapter.

Two stores implement it, in memory and in PostgreSQL, under one contract suite. Reads see the writes of the same
transaction. Numbers start at 1; a channel nobody has used has head or cursor 0 and an empty hash.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from nodekit.delivery.core.link import Link
from nodekit.delivery.core.receipt import Receipt, Span
from nodekit.delivery.core.wire import State
from nodekit.delivery.envelope import EventDoc


class StoreBroken(Exception):
    """A stored fact contradicts the protocol (numbers not contiguous, row gone). Stop rather than continue wrong."""


@dataclass(frozen=True, slots=True)
class OutChannel:
    """Sender's side of a channel. `peer_cursor` is the most the peer was ever known to hold; `stopped` a reason code, empty while it runs."""

    head: int = 0
    head_hash: str = ""
    peer_cursor: int = 0
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class InChannel:
    """Receiver's side of a channel."""

    cursor: int = 0
    hash: str = ""
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class Unnumbered:
    """A committed outbox row that has no number yet."""

    row: int
    event_id: str
    dst: str
    raw: bytes
    tp: str | None


@dataclass(frozen=True, slots=True)
class SentLink:
    """A numbered event of ours, as needed to send it (again)."""

    link: Link
    raw: bytes
    tp: str | None


@dataclass(frozen=True, slots=True)
class ReadyEvent:
    """A delivered event whose handlers may run now. Local events have no number."""

    arrival: int
    src: str
    seq: int | None
    lh: str | None
    attempts: int
    event: EventDoc


@dataclass(frozen=True, slots=True)
class Settlement:
    """The end of one inbox row."""

    src: str
    event_id: str
    status: str
    code: str
    text: str
    by: str
    rh: str | None


@dataclass(frozen=True, slots=True)
class Prior:
    """How this office decided a number before it was restored, by a receipt the sender gave back."""

    src: str
    seq: int
    status: str
    code: str
    by: str
    rh: str


@dataclass(frozen=True, slots=True)
class HeldLink:
    """A number we hold, and the decision on its event if there is one; `own` says the inbox row bears this very number."""

    seq: int
    lh: str
    own: bool
    same_event: bool
    status: str
    code: str
    by: str
    rh: str | None
    decided_at: float | None


@dataclass(frozen=True, slots=True)
class NeededChunk:
    """A chunk to ask for: of number `seq` of the peer's channel to us, or, if `own`, of our channel to it."""

    own: bool
    seq: int
    name: str


class BlobStore(Protocol):
    """Chunks of attachments, and which are missing. Both halves use it."""

    async def chunk(self, name: str) -> bytes | None:
        """The bytes of a chunk, if it is here."""
        ...

    async def need_chunks(self, peer: str, seq: int, event_id: str, names: Sequence[str], *, own: bool) -> tuple[int, int]:
        """Remember those of `names` (in order) that are not here as missing for this event.

        Returns:
            (how many are missing, how many of these a person has given up).
        """
        ...

    async def needed_chunks(self, peer: str, limit: int, skip: Collection[str], gone_before: float, now: float) -> list[NeededChunk]:
        """Missing chunks to ask this peer for, by number and place, except `skip`, what was given up, and what
        it said is gone since `gone_before`."""
        ...

    async def owing_chunks(self) -> list[str]:
        """Peers something is missing from."""
        ...

    async def keep_chunk(self, peer: str, name: str, data: bytes, now: float) -> int:
        """Store a chunk that is missing from this peer; any other is dropped. Events held for it alone are delivered again;
        returns how many."""
        ...

    async def chunks_gone(self, peer: str, names: Collection[str], now: float) -> None:
        """The peer says it does not have these."""
        ...


class SendingStore(BlobStore, Protocol):
    """Tables of the sending half."""

    async def peers(self) -> list[str]:
        """Everybody we ever had a channel with."""
        ...

    async def out_channel(self, dst: str) -> OutChannel: ...

    async def unnumbered(self, limit: int, skip: Collection[str]) -> list[Unnumbered]:
        """Oldest outbox rows without a number, except those to `skip`."""
        ...

    async def number(self, dst: str, head: int, rows: Sequence[int], links: Sequence[Link]) -> None:
        """Give `links` (numbers head+1…) to outbox `rows` and advance the head.

        Raises:
            StoreBroken: the stored head is not `head`.
        """
        ...

    async def sent_links(self, dst: str, first: int, count_max: int, bytes_max: int) -> list[SentLink]:
        """Numbers from `first` on, within the limits but at least one if there is one."""
        ...

    async def out_hashes(self, dst: str, seqs: Collection[int]) -> dict[int, str]: ...

    async def advance_peer_cursor(self, dst: str, cursor: int) -> None:
        """The peer proved that it holds everything up to `cursor`; never lowers it."""
        ...

    async def unfinished(self, dst: str, after: int, up_to: int, limit: int) -> list[int]:
        """Numbers in (after, up_to] without a final receipt, ascending."""
        ...

    async def finish(self, dst: str, receipt: Receipt) -> list[Span]:
        """Keep the receipt and set the final status where there is none; returns spans that contradict an earlier final."""
        ...

    async def receipts_for(self, dst: str, first: int, last: int) -> list[tuple[bytes, str, str]]:
        """The peer's receipts that ended numbers `first`…`last`."""
        ...

    async def heard_state(self, peer: str, state: State, data: bytes, now: float) -> None:
        """Keep the newest fresh word of a peer, and how far every backup of it goes."""
        ...

    async def held_run(self, src: str, first: int, count_max: int, bytes_max: int) -> list[SentLink]:
        """Links of the peer from `first` on as we hold them, within the limits but at least one if there is one."""
        ...

    async def recover(self, dst: str, head: int, links: Sequence[Link], events: Sequence[EventDoc], now: float) -> None:
        """Continue our chain with links we signed before a restore. Outbox rows still without a number get theirs by event id;
        events this database does not know are kept as recovered.

        Raises:
            StoreBroken: the stored head is not `head`, or an event id stands for other bytes.
        """
        ...

    async def disputed(self, peer: str, document: bytes) -> bool:
        """True if a dispute with this peer is about this very document."""
        ...

    async def retire(self, peer: str, boot: str, evidence: bytes, now: float) -> None:
        """A superseded process of the peer is alive."""
        ...

    async def retired(self, peer: str) -> list[str]:
        """The latest RETIRED_MAX boots of the peer that were retired."""
        ...

    async def durable(self, src: str) -> int:
        """Number of the peer's events that every backup of ours holds that may still be restored; 0 without a backup."""
        ...

    async def in_hash(self, src: str, seq: int) -> str | None: ...

    async def stop_out(self, dst: str, reason: str, now: float) -> None: ...

    async def stop_in(self, src: str, reason: str, now: float) -> None: ...

    async def dispute(self, peer: str, reason: str, theirs: bytes, ours: bytes, now: float) -> None:
        """Keep both sides of a contradiction, whole, until a person has settled it."""
        ...

    async def in_channel(self, src: str) -> InChannel: ...

    async def undecided(self, src: str) -> tuple[int, int]:
        """(waiting, quarantined) events from `src`; each counted to 1,000 at most."""
        ...

    async def held_links(self, src: str, seqs: Collection[int]) -> list[HeldLink]: ...

    async def receipts(self, rhs: Collection[str]) -> list[tuple[bytes, str, str]]:
        """(document, kid, signature) of receipts we issued."""
        ...

    async def quarantine(self, src: str, why: str, data: bytes, now: float) -> None:
        """Keep evidence within the bounds of limits.py; always count."""
        ...


class ReceivingStore(BlobStore, Protocol):
    """Tables of the receiving half."""

    async def in_channel(self, src: str) -> InChannel: ...

    async def in_hash(self, src: str, seq: int) -> str | None: ...

    async def ingest(self, src: str, cursor: int, links: Sequence[Link], events: Sequence[EventDoc], now: float) -> None:
        """Store links cursor+1…, an inbox row `delivered` for each event id not yet known, and advance the cursor.

        Raises:
            StoreBroken: the stored cursor is not `cursor`.
        """
        ...

    async def stop_in(self, src: str, reason: str, now: float) -> None: ...

    async def held_run(self, src: str, first: int, count_max: int, bytes_max: int) -> list[SentLink]: ...

    async def dispute(self, peer: str, reason: str, theirs: bytes, ours: bytes, now: float) -> None: ...

    async def ready(self, now: float, limit: int) -> list[ReadyEvent]:
        """Delivered events due now, by arrival; none that stands behind a waiting, held or quarantined one of its (src, agg)."""
        ...

    async def postpone(self, src: str, event_id: str, attempts: int, reason: str, next_attempt_at: float) -> None: ...

    async def quarantine_event(self, src: str, event_id: str, attempts: int, reason: str) -> None: ...

    async def hold_event(self, src: str, event_id: str, reason: str) -> None:
        """Keep it, undecided, until `release_held`; its aggregate waits."""
        ...

    async def release_held(self) -> None:
        """Everything held is delivered again, to be tried by this release."""
        ...

    async def settle(self, settlements: Sequence[Settlement], receipts: Sequence[Receipt], now: float) -> None:
        """Close inbox rows and keep the receipts that say so. A row closed already (by an operator) only gains its receipt."""
        ...

    async def keep_priors(self, src: str, priors: Sequence[Prior], receipts: Sequence[Receipt], now: float) -> None:
        """Remember decisions of ours from before a restore, with the receipts that prove them: for numbers
        that stand in the inbox undecided."""
        ...

    async def any_priors(self) -> bool: ...

    async def priors(self, keys: Sequence[tuple[str, int]]) -> list[Prior]:
        """Those of these (src, seq)."""
        ...

    async def forget_priors(self, keys: Sequence[tuple[str, int]]) -> None: ...

    async def unreceipted(self, limit: int) -> list[tuple[str, str, HeldLink]]:
        """(src, event id, link) of numbered events an operator closed, for which no receipt was signed yet."""
        ...

    async def quarantine(self, src: str, why: str, data: bytes, now: float) -> None: ...


class Store(SendingStore, ReceivingStore, Protocol):
    """Both halves; one transaction uses one of them."""
