"""What the office's handlers said about one event, and the loop that asks them.

Optimistic: a batch is tried as a whole; if anything in it fails, nothing has happened and its events are tried one by one,
so a poisonous event costs its own aggregate a wait and nobody else anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from nodekit.delivery.core.limits import ATTEMPTS_MAX, RETRY_BASE_S, RETRY_CAP_S
from nodekit.delivery.core.rules import Rules
from nodekit.delivery.core.store import Prior, ReadyEvent


@dataclass(frozen=True, slots=True)
class Decision:
    """Accepted or refused.

    Attributes:
        code: stable reason for programs, travels in the receipt; never case data.
        text: reason for this office's own page; stays here.
        by: officer id if a person decided, empty otherwise.
    """

    status: Literal["accepted", "refused"]
    code: str = ""
    text: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """The end of one event; `prior` if it was decided before a restore."""

    src: str
    event_id: str
    seq: int | None
    lh: str | None
    decision: Decision
    prior: Prior | None = None


class HandlerFailed(Exception):
    """A handler raised; its changes are rolled back. `reason` is safe to store: it quotes no event content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class EventHeld(HandlerFailed):
    """This release cannot understand the event yet; nothing is wrong with it, and no receipt is signed before it is understood."""


class Attempts(Protocol):
    """How the adapter runs handlers. Both methods undo everything they did before they raise HandlerFailed or EventHeld."""

    async def together(self, rows: Sequence[ReadyEvent]) -> list[Decision]: ...

    async def alone(self, row: ReadyEvent) -> Decision: ...


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed attempt; `next_attempt_at` is None when the event goes to quarantine."""

    row: ReadyEvent
    attempts: int
    reason: str
    next_attempt_at: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    decided: list[tuple[ReadyEvent, Decision]]
    failed: list[Failure]
    held: list[tuple[ReadyEvent, str]] = field(default_factory=list)
    """Events to keep until a release understands them, and why."""


async def decide(rows: Sequence[ReadyEvent], attempts: Attempts, now: float, rules: Rules) -> Outcome:
    """Run handlers over `rows` in order of arrival. Behind a failure, later events of the same aggregate wait."""
    if not rows:
        return Outcome([], [])
    try:
        return Outcome(list(zip(rows, await attempts.together(rows), strict=True)), [])
    except HandlerFailed:
        pass  # nothing has happened; find out which one it was
    outcome = Outcome([], [])
    waiting: set[tuple[str, str]] = set()
    for row in rows:
        aggregate = (row.src, row.event.agg)
        if aggregate in waiting and rules.order_per_aggregate:
            continue
        try:
            outcome.decided.append((row, await attempts.alone(row)))
        except EventHeld as held:
            outcome.held.append((row, held.reason))
            waiting.add(aggregate)
        except HandlerFailed as failure:
            outcome.failed.append(_failure(row, failure.reason, now))
            waiting.add(aggregate)
    return outcome


def _failure(row: ReadyEvent, reason: str, now: float) -> Failure:
    attempts = row.attempts + 1
    delay = min(RETRY_CAP_S, RETRY_BASE_S * 2.0 ** (attempts - 1))
    return Failure(row, attempts, reason, None if attempts >= ATTEMPTS_MAX else now + delay)
