"""Which chunks this process has asked for, and which it still owes. In memory only; what is missing stands in the store."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field

from nodekit.delivery.core.limits import (
    CHUNK_RETRY_CAP_S,
    GIVE_BURST,
    GIVE_PER_S,
    GIVE_QUEUE_MAX,
    HEARTBEAT_S,
    RESEND_BASE_S,
)

NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Asked:
    """One chunk a peer wants: of number `seq` of our channel to it, or, if `own`, of its channel to us."""

    own: bool
    seq: int
    name: str


@dataclass(slots=True)
class _Pull:
    """What is asked of one peer. Names of chunks under way, and when each is asked for again."""

    due: float
    in_flight: dict[str, float] = field(default_factory=dict)
    attempt: int = 0
    empty: int = 0


@dataclass(slots=True)
class _Debt:
    """What one peer has asked for, and how much more it may ask for."""

    queue: deque[Asked] = field(default_factory=deque)
    allowed: float = GIVE_BURST
    at: float = 0.0


class Pulls:
    """Both directions, all peers. A clock that jumps back puts nothing off for longer than the longest pause."""

    def __init__(self) -> None:
        self._pulls: dict[str, _Pull] = {}
        self._debts: dict[str, _Debt] = {}
        self._sweep_due = float("-inf")

    # --- what we ask for

    def look(self, peer: str, now: float) -> None:
        """Something of this peer may be missing: ask soon."""
        pull = self._pulls.setdefault(peer, _Pull(now))
        pull.due, pull.empty = min(pull.due, now), 0

    def sweep_overdue(self, now: float) -> bool:
        """Time to look in the store for peers that something is missing from: at our start, then every heartbeat."""
        self._sweep_due = min(self._sweep_due, now + HEARTBEAT_S)
        return self._sweep_due <= now

    def swept(self, peers: Collection[str], now: float) -> None:
        """The store was asked who owes us something."""
        self._sweep_due = now + HEARTBEAT_S
        for peer in peers:
            self._pulls.setdefault(peer, _Pull(now))

    def hasten(self, now: float) -> None:
        """The bus is back: whatever was under way is lost."""
        for pull in self._pulls.values():
            pull.in_flight.clear()
            pull.due, pull.attempt = now, 0

    def due(self, now: float) -> list[str]:
        """Peers to ask something of now; chunks that did not come in time count as not asked for."""
        found = []
        for peer, pull in self._pulls.items():
            pull.due = min(pull.due, now + CHUNK_RETRY_CAP_S)
            if pull.due > now:
                continue
            found.append(peer)
            under_way = {name: min(due, now + CHUNK_RETRY_CAP_S) for name, due in pull.in_flight.items()}
            pull.in_flight = {name: due for name, due in under_way.items() if due > now}
            pull.attempt += len(pull.in_flight) < len(under_way)
        return found

    def in_flight(self, peer: str) -> list[str]:
        return list(self._pulls[peer].in_flight)

    def asked(self, peer: str, names: Collection[str], now: float) -> None:
        """These were asked for just now."""
        pull = self._pulls[peer]
        pause = min(CHUNK_RETRY_CAP_S, RESEND_BASE_S * 2.0 ** min(pull.attempt, 10))
        pull.in_flight.update((name, now + pause) for name in names)
        pull.due, pull.empty = min(pull.in_flight.values(), default=now + pause), 0

    def nothing_to_ask(self, peer: str, now: float) -> None:
        """Look once more in a moment: what is missing may be committed only now. Then forget the peer."""
        pull = self._pulls[peer]
        pull.empty += not pull.in_flight
        pull.due = min(pull.in_flight.values(), default=now + RESEND_BASE_S)
        if pull.empty > 1:
            del self._pulls[peer]

    def answered(self, peer: str, names: Collection[str], now: float) -> None:
        """These came, or will not come: there is room for others."""
        pull = self._pulls.get(peer)
        if pull is None:
            return
        for name in names:
            if pull.in_flight.pop(name, None) is not None:
                pull.attempt, pull.due = 0, now

    # --- what we owe

    def owe(self, peer: str, asked: Collection[Asked], now: float) -> None:
        """A peer asks; what exceeds its share is not heard, and it will ask again."""
        debt = self._debts.setdefault(peer, _Debt(at=now))
        debt.allowed = min(GIVE_BURST, debt.allowed + max(0.0, now - debt.at) * GIVE_PER_S)
        debt.at = now
        for item in asked:
            if item not in debt.queue and len(debt.queue) < GIVE_QUEUE_MAX and debt.allowed >= 1.0:
                debt.queue.append(item)
                debt.allowed -= 1.0

    def pay(self, count: int) -> list[tuple[str, Asked]]:
        """The next chunks to give, peers taking turns."""
        due: list[tuple[str, Asked]] = []
        for peer in list(self._debts):
            debt = self._debts[peer]
            if debt.queue and len(due) < count:
                due.append((peer, debt.queue.popleft()))
                self._debts[peer] = self._debts.pop(peer)
        return due

    def next_due(self) -> float:
        """When there is something to ask for or to give."""
        if any(debt.queue for debt in self._debts.values()):
            return float("-inf")
        return min([self._sweep_due, *(pull.due for pull in self._pulls.values())])

    def forget(self) -> None:
        self._pulls.clear()
        self._debts.clear()
        self._sweep_due = float("-inf")
