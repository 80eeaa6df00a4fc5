"""When to say STATE to whom: heartbeat, cumulative acknowledgement soon after ingest, answers at most once a second.

Lives in memory only. A clock that jumps back cannot silence a peer: no due time is ever further off than a heartbeat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from nodekit.delivery.core.limits import (
    ACK_DELAY_S,
    ANSWER_GAP_S,
    GREET_JITTER_S,
    HANDSHAKE_BURST,
    HEARTBEAT_S,
    RESEND_BASE_S,
    RESEND_CAP_S,
)


class Rng(Protocol):
    """What is needed of a random generator: jitter, and names nobody can guess."""

    def random(self) -> float: ...

    def getrandbits(self, k: int, /) -> int: ...


def resend_delay(attempt: int, rng: Rng) -> float:
    """2 s doubled per attempt up to 5 min, full jitter; never under half a second, or a busy link would be flooded."""
    ceiling = min(RESEND_CAP_S, RESEND_BASE_S * 2.0 ** min(attempt, 10))
    return max(0.5, ceiling * rng.random())


NEVER = float("inf")


@dataclass(slots=True)
class _Peer:
    due: float
    ack_due: float = NEVER
    answered: float = -NEVER
    gap: int = 0
    burst: float = HANDSHAKE_BURST
    burst_at: float = -NEVER


class StateSchedule:
    """Due times of the next STATE per peer."""

    def __init__(self, rng: Rng) -> None:
        self._rng = rng
        self._peers: dict[str, _Peer] = {}

    def know(self, peer: str, now: float) -> None:
        """Greet a peer at our start (or at its first appearance), then every heartbeat."""
        if peer not in self._peers:
            self._peers[peer] = _Peer(now + GREET_JITTER_S * self._rng.random())

    def acknowledge(self, peer: str, now: float) -> None:
        """Something was ingested: say so, unless a receipt says it first."""
        entry = self._entry(peer, now)
        entry.gap = 0
        entry.ack_due = min(entry.ack_due, now + ACK_DELAY_S)

    def receipted(self, peer: str, now: float) -> None:
        """Receipts for everything held are on their way; the acknowledgement would say nothing new."""
        self._entry(peer, now).ack_due = NEVER

    def answer(self, peer: str, now: float, gap: int = 0) -> None:
        """Something stale or out of turn arrived: answer, but not in a storm."""
        entry = self._entry(peer, now)
        if gap:
            entry.gap = min(entry.gap, gap) if entry.gap else gap
        entry.answered = min(entry.answered, now)  # the clock may have gone back
        entry.due = min(entry.due, max(now, entry.answered + ANSWER_GAP_S))

    def hasten(self, peer: str, now: float) -> None:
        """A session is opening: speak at once, unless this peer has made us do so too often."""
        entry = self._entry(peer, now)
        elapsed = max(0.0, now - entry.burst_at)  # a clock that went back only earns nothing
        entry.burst, entry.burst_at = min(float(HANDSHAKE_BURST), entry.burst + elapsed / ANSWER_GAP_S), now
        if entry.burst < 1.0:
            self.answer(peer, now)
            return
        if entry.due > now:
            entry.burst -= 1.0
            entry.due = now

    def hail(self, now: float) -> None:
        """The bus is back: greet everybody again."""
        for entry in self._peers.values():
            entry.due = min(entry.due, now)

    def gap(self, peer: str) -> int:
        entry = self._peers.get(peer)
        return entry.gap if entry else 0

    def due(self, now: float) -> list[str]:
        """Peers to speak to now; whoever is returned counts as spoken to."""
        speak = []
        for peer, entry in self._peers.items():
            entry.due = min(entry.due, now + HEARTBEAT_S)
            entry.ack_due = min(entry.ack_due, now + HEARTBEAT_S) if entry.ack_due < NEVER else NEVER
            if min(entry.due, entry.ack_due) <= now:
                speak.append(peer)
                entry.due, entry.ack_due, entry.answered = now + HEARTBEAT_S, NEVER, now
        return speak

    def next_due(self) -> float:
        return min((min(entry.due, entry.ack_due) for entry in self._peers.values()), default=NEVER)

    def forget(self) -> None:
        self._peers.clear()

    def _entry(self, peer: str, now: float) -> _Peer:
        self.know(peer, now)
        return self._peers[peer]
