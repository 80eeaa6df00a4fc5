"""Where one outgoing channel stands in this process: window, go-back position, resend timer. Never persisted.

Numbering and sending happen only while the flow is `open`: the peer has said in this session what it holds and that it takes our packets.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from nodekit.delivery.core.limits import (
    HAIL_CAP_S,
    PACKET_BYTES_MAX,
    RECEIPT_GRACE_S,
    RESEND_BASE_S,
    RESEND_CAP_S,
    RUN_EVENTS_MAX,
    WINDOW_PACKETS_MAX,
)
from nodekit.delivery.core.pacing import Rng, resend_delay
from nodekit.delivery.core.store import SentLink


@dataclass(slots=True)
class Flow:
    """Volatile state of the channel to one peer."""

    peer_cursor: int
    next_seq: int = 0
    prev: str | None = None
    """Hash of link next_seq-1 if it is known without asking the store."""
    window: int = WINDOW_PACKETS_MAX
    in_flight: deque[int] = field(default_factory=deque)
    """Last number of each packet sent and not yet held."""
    attempt: int = 0
    due: float | None = None
    """Resend timer; None while nothing is in flight."""
    gap_answered: int = -1
    open: bool = False
    dirty: bool = True
    """There may be something to send."""
    more: bool = True
    """The store may hold numbers from next_seq on; what is not there need not be looked for when the window opens."""
    receipted: int = 0
    """Up to here we may hold receipts: what is sent again from below takes them along."""
    fetching: bool = False
    """The peer holds links of ours that this database does not."""
    asked: bool = False
    """It was asked for them in this session."""
    met: str = ""
    """The peer's process that has spoken to this one before."""
    backs: int = 0
    """Transmissions of our own past taken since we began to fetch."""
    boot: str = ""
    """The peer's process that `peer_cursor` was heard from; empty before the first word of this session."""
    hail_due: float | None = None
    """When to speak again to a peer that does not open."""
    hail_attempt: int = 0
    want_due: float | None = None
    """When to look whether receipts are missing for what the peer holds."""
    want_attempt: int = 0
    want_up_to: int = 0
    want_after: int = 0
    mark: tuple[int, float] = (0, float("-inf"))

    def __post_init__(self) -> None:
        self.next_seq = self.peer_cursor + 1
        self.receipted = self.peer_cursor

    def meet(self, now: float) -> None:
        """A process of the peer we did not know: whatever it holds, it has to say so and open anew."""
        self.open, self.fetching, self.asked = False, False, False
        self.in_flight.clear()
        self.due = None
        self.hail_attempt, self.hail_due = 0, now + RESEND_BASE_S

    def base(self, cursor: int, now: float) -> None:
        """What the peer holds in this session; lower than before after it was restored, and then sent again from there."""
        self.receipted = max(self.receipted, self.peer_cursor)
        self.peer_cursor = cursor
        self.go_back(cursor, window=1)
        self.want_after = self.want_up_to = 0
        self.mark = (0, float("-inf"))
        self.expect_receipts(now)

    def opened(self) -> None:
        """The peer takes our packets."""
        self.open, self.dirty, self.more, self.hail_due, self.attempt = True, True, True, None, 0
        self.window = WINDOW_PACKETS_MAX

    def hail_overdue(self, now: float) -> bool:
        """Time to speak again to a peer that has not opened; sets the next time."""
        if self.open:
            return False
        if self.hail_due is None:
            self.hail_due = now + RESEND_BASE_S
        self.hail_due = min(self.hail_due, now + HAIL_CAP_S)
        if now < self.hail_due:
            return False
        self.hail_attempt += 1
        self.hail_due = now + min(HAIL_CAP_S, RESEND_BASE_S * 2.0 ** min(self.hail_attempt, 10))
        return True

    def sent(self, last: int, last_hash: str, now: float, rng: Rng) -> None:
        """A packet up to number `last` leaves."""
        self.in_flight.append(last)
        self.next_seq, self.prev = last + 1, last_hash
        if self.due is None:
            self.due = now + resend_delay(self.attempt, rng)

    def held(self, cursor: int, now: float, rng: Rng) -> bool:
        """The peer proved that it holds everything up to `cursor`; true if that is news."""
        if cursor <= self.peer_cursor:
            return False
        self.peer_cursor = cursor
        while self.in_flight and self.in_flight[0] <= cursor:
            self.in_flight.popleft()
        if self.next_seq <= cursor:
            self.next_seq, self.prev = cursor + 1, None
        self.window = min(WINDOW_PACKETS_MAX, self.window * 2)
        self.attempt, self.dirty = 0, self.dirty or self.more
        self.due = now + resend_delay(0, rng) if self.in_flight else None
        self.expect_receipts(now)
        return True

    def expect_receipts(self, now: float) -> None:
        """What is held should be decided soon; if it is not, the receipt may be lost."""
        self.want_attempt = 0
        if self.want_due is None:
            self.want_due = now + 2 * RECEIPT_GRACE_S  # one period to be marked as held, one of grace

    def want_overdue(self, now: float) -> bool:
        """As `overdue`, for receipts."""
        if self.want_due is None:
            return False
        self.want_due = min(self.want_due, now + RESEND_CAP_S)
        return now >= self.want_due

    def go_back(self, cursor: int, *, window: int) -> None:
        """Send again from `cursor` + 1, carefully at first."""
        self.next_seq, self.prev = cursor + 1, None
        self.in_flight.clear()
        self.window, self.dirty, self.more = window, True, True
        self.due = None

    def overdue(self, now: float) -> bool:
        """True when the resend timer has run out; a clock that jumped back cannot put it off for longer than the cap."""
        if self.due is None:
            return False
        self.due = min(self.due, now + RESEND_CAP_S)
        return now >= self.due

    def want_range(self, now: float) -> tuple[int, int]:
        """(after, up to): numbers the peer has held long enough that a missing receipt is worth asking for."""
        marked, at = self.mark
        if not 0 <= now - at < RECEIPT_GRACE_S:
            self.want_up_to = marked
            self.mark = (self.peer_cursor, now)
        return self.want_after, self.want_up_to


def cut(links: list[SentLink]) -> list[SentLink]:
    """The longest front of `links`, all under one key, that fits one packet and ends at a signed link; at least the first run."""
    size = 0
    end = 0
    for position, item in enumerate(links, start=1):
        size += len(item.raw)
        if end and (size > PACKET_BYTES_MAX or position > RUN_EVENTS_MAX or item.link.kid != links[0].link.kid):
            break
        if item.link.sig is not None:
            end = position
    return links[:end]
