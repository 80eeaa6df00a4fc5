"""Where one outgoing channel stands in this process: window, go-back position, resend timer. Never persisted.

`open` is the place of the session handshake: numbering and sending happen only while it is true.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from nodekit.delivery.core.limits import PACKET_BYTES_MAX, RECEIPT_GRACE_S, RESEND_CAP_S, RUN_EVENTS_MAX, WINDOW_PACKETS_MAX
from nodekit.delivery.core.pacing import Rng, resend_delay
from nodekit.delivery.core.store import SentLink

BOOTS_REMEMBERED = 8


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
    boots: deque[str] = field(default_factory=lambda: deque(maxlen=BOOTS_REMEMBERED))
    open: bool = True
    dirty: bool = True
    """There may be something to send."""
    want_due: float | None = None
    """When to look whether receipts are missing for what the peer holds."""
    want_attempt: int = 0
    want_up_to: int = 0
    want_after: int = 0
    mark: tuple[int, float] = (0, float("-inf"))

    def __post_init__(self) -> None:
        self.next_seq = self.peer_cursor + 1

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
        self.attempt, self.dirty = 0, True
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
        self.window, self.dirty = window, True
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
