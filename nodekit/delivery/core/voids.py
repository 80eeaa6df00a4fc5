"""Void (作废): the sender takes an event back by a signed one of its own, `delivery.voided.v1`, which names it and uses a number like any other.

A void asks; it never overrules. What is decided, or was decided before a restore, stands, and the void itself is refused. What is not
decided is refused with a signed receipt, whatever it waits for, and its aggregate flows on. What has not come yet is refused
when it comes. Its own aggregate is its own, so that it never waits behind what it takes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nodekit.delivery.core.decision import Decision, Settled
from nodekit.delivery.core.receipt import FINAL
from nodekit.delivery.core.rules import Rules
from nodekit.delivery.core.store import Prior, ReadyEvent, ReceivingStore
from nodekit.delivery.envelope import EVENT_ID, EventDoc

VOID_TYPE = "delivery.voided.v1"
VOIDED_BY_SENDER, ALREADY_DECIDED, MALFORMED = "voided_by_sender", "already_decided", "void_malformed"

Key = tuple[str, str]
"""(src, event id)."""


@dataclass
class Taken:
    """What voids made of a batch.

    Attributes:
        rest: events for the office's handlers.
        decided: voids and the answer to each.
        ended: events refused because of a void.
    """

    rest: list[ReadyEvent]
    decided: list[tuple[ReadyEvent, Decision]] = field(default_factory=list)
    ended: list[Settled] = field(default_factory=list)


class Voids:
    """The receiving half's part of it."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._awaited = True
        """There may be voids of events that have not come; unknown at first."""

    def forget(self) -> None:
        """As after a crash."""
        self._awaited = True

    async def take(self, store: ReceivingStore, rows: Sequence[ReadyEvent], priors: Mapping[tuple[str, int | None], Prior], now: float) -> Taken:
        """Answer the voids among `rows`, and refuse what they or earlier ones take back."""
        taken = Taken([row for row in rows if row.event.type != VOID_TYPE])
        for row in rows:
            if row.event.type == VOID_TYPE:
                taken.decided.append((row, await self._answer(store, row, taken, now)))
        ended = {(end.src, end.event_id) for end in taken.ended}
        awaited = await self._due(store, [row for row in taken.rest if (row.src, row.seq) not in priors])
        for row in taken.rest:
            if (row.src, row.event.id) in awaited - ended:
                taken.ended.append(Settled(row.src, row.event.id, row.seq, row.lh, Decision("refused", VOIDED_BY_SENDER)))
        ended |= awaited
        taken.rest = [row for row in taken.rest if (row.src, row.event.id) not in ended]
        return taken

    async def expect(self, store: ReceivingStore, src: str, event_ids: Sequence[str], now: float) -> None:
        """These events, not decided here, are void."""
        if event_ids and self._rules.void_remembered:
            self._awaited = True
            await store.await_voids(src, event_ids, now)

    async def _answer(self, store: ReceivingStore, row: ReadyEvent, taken: Taken, now: float) -> Decision:
        event_id = _named(row.event)
        if event_id is None:
            return Decision("refused", MALFORMED)
        standing = await store.standing(row.src, event_id)
        if standing is None:
            await self.expect(store, row.src, [event_id], now)
            return Decision("accepted")
        decided, code = (standing.status, standing.code) if standing.status in FINAL else (standing.prior_status, standing.prior_code)
        if decided and self._rules.void_yields:
            return Decision("accepted") if code == VOIDED_BY_SENDER else Decision("refused", ALREADY_DECIDED)
        if all((end.src, end.event_id) != (row.src, event_id) for end in taken.ended):
            taken.ended.append(Settled(row.src, event_id, standing.seq, standing.lh, Decision("refused", VOIDED_BY_SENDER)))
        return Decision("accepted")

    async def _due(self, store: ReceivingStore, rows: Sequence[ReadyEvent]) -> set[Key]:
        if not rows or not self._awaited:
            return set()
        self._awaited = await store.any_awaited_voids()
        found = set(await store.awaited_voids([(row.src, row.event.id) for row in rows])) if self._awaited else set()
        if found:
            await store.forget_awaited_voids(sorted(found))
        return found


def _named(event: EventDoc) -> str | None:
    """The event a void takes back."""
    named = (event.body or {}).get("event")
    return named if isinstance(named, str) and EVENT_ID.fullmatch(named) else None
