"""Handlers over a batch of events: the fast way must end exactly as one event after another would."""

import uuid
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from nodekit.applier import HandlerApplier
from nodekit.delivery.applying import SavepointAttempts, close
from nodekit.delivery.core.decision import decide
from nodekit.delivery.core.rules import ALL_RULES
from nodekit.delivery.core.store import ReadyEvent
from nodekit.delivery.envelope import decode_event, encode_event
from nodekit.errors import Refused
from nodekit.handlers import Handlers
from nodekit.history import HistoryEntry
from shared_schemas.inspection.v1 import FilingAcknowledged, FilingSigned

COUNTY, CITY = "990121-inspection", "990100-inspection"


class NotOurs(Refused):
    code = "test.not_ours"


def signed(revision: int) -> FilingSigned:
    return FilingSigned(filing_id=uuid.uuid4(), revision=revision, signed_by="周明")


def acknowledged(revision: int) -> FilingAcknowledged:
    return FilingAcknowledged(filing_id=uuid.uuid4(), revision=revision, number="备〔2026〕1号")


def arrived(*events):
    """As they stand in the inbox, in order of arrival."""
    rows = []
    for number, event in enumerate(events, start=1):
        raw = encode_event(
            id=uuid.uuid4(), src=CITY, dst=COUNTY, type=event.TYPE, agg=event.aggregate(), at=datetime.now(UTC), body=event.model_dump(mode="json")
        )
        rows.append(ReadyEvent(number, CITY, number, "0" * 64, 0, decode_event(raw)))
    return rows


async def note(uow, message):
    """A business row by SQL that the ORM does not see into."""
    await uow.session.execute(text("INSERT INTO effects (revision) VALUES (:revision)"), {"revision": message.data.revision})


@pytest.fixture
def held() -> list[int]:
    """Arrivals that wait for a release that understands them."""
    return []


@pytest.fixture
def applying(county, held):
    """`async with applying(handlers) as (session, apply):` — one transaction; `apply(rows)` returns the decisions."""

    @asynccontextmanager
    async def begin(handlers):
        applier = HandlerApplier(county.node, handlers.all)
        async with AsyncSession(county.node.engine) as session, session.begin():
            await session.execute(text("CREATE TEMP TABLE effects (n bigint GENERATED ALWAYS AS IDENTITY, revision int) ON COMMIT DROP"))

            async def apply(rows):
                outcome = await decide(rows, SavepointAttempts(session, applier), 0.0, ALL_RULES)
                await close(session, applier)
                held.extend(row.arrival for row, _ in outcome.held)
                return [decision.status for _, decision in outcome.decided], outcome.failed

            yield session, apply

    return begin


async def effects(session) -> list[int]:
    return list((await session.execute(text("SELECT revision FROM effects ORDER BY n"))).scalars())


async def test_every_event_has_one_effect_in_order_also_when_it_comes_again(applying):
    handlers = Handlers("test")
    handlers.on(FilingSigned)(note)
    rows = arrived(*(signed(number) for number in range(1, 6)))
    async with applying(handlers) as (session, apply):
        assert await apply(rows) == (["accepted"] * 5, [])
        assert await apply(rows[2:]) == (["accepted"] * 3, [])
        assert await effects(session) == [1, 2, 3, 4, 5]


async def test_a_refusal_and_a_failure_concern_their_own_event_only(applying):
    handlers = Handlers("test")

    @handlers.on(FilingSigned)
    async def take(uow, message):
        await note(uow, message)
        await uow.audit("test.taken", subject=str(message.data.revision))
        if message.data.revision == 2:
            raise NotOurs("不属于本单位。")
        if message.data.revision == 3:
            raise RuntimeError

    async with applying(handlers) as (session, apply):
        decided, failed = await apply(arrived(*(signed(number) for number in range(1, 5))))
        assert decided == ["accepted", "refused", "accepted"]
        assert [failure.row.arrival for failure in failed] == [3]
        assert await effects(session) == [1, 4]
        told = await session.execute(text("SELECT subject FROM nodekit.audit_log WHERE action = 'test.taken' ORDER BY seq"))
        assert list(told.scalars()) == ["1", "4"]


async def test_a_handler_sees_what_the_handler_before_it_added(applying):
    seen, table = [], HistoryEntry.__table__
    handlers = Handlers("test")

    @handlers.on(FilingSigned)
    async def take(uow, message):
        said_before = select(func.count()).select_from(table).where(table.c.slice == "test")  # of the table: the ORM does not flush for it
        seen.append((await uow.session.execute(said_before)).scalar())
        uow.session.add(
            HistoryEntry(id=uow.new_id(), slice="test", record_id=message.data.filing_id, at=uow.now, officer_id=None, officer_name="系统",
                         action="x", label="x", before="", after="", note="", event_id=None)
        )

    async with applying(handlers) as (_, apply):
        await apply(arrived(*(signed(number) for number in range(1, 4))))
    assert seen == [0, 1, 2]


async def test_a_handler_of_batches_gets_neighbours_of_one_type_together_and_never_twice(applying):
    got = []
    handlers = Handlers("test")

    @handlers.on_many(FilingSigned)
    async def take(uow, messages):
        got.append([message.data.revision for message in messages])

    handlers.on(FilingAcknowledged)(note)
    rows = arrived(signed(1), signed(2), acknowledged(3), signed(4))
    async with applying(handlers) as (_, apply):
        assert await apply(rows) == (["accepted"] * 4, [])
        assert await apply([*rows, *arrived(signed(5))]) == (["accepted"] * 5, [])
    assert got == [[1, 2], [4], [5]]


async def test_an_unknown_type_in_a_batch_waits_alone(applying, held):
    handlers = Handlers("test")
    handlers.on(FilingSigned)(note)
    async with applying(handlers) as (session, apply):
        assert await apply(arrived(signed(1), acknowledged(2), signed(3))) == (["accepted"] * 2, [])
        assert await effects(session) == [1, 3]
    assert held == [2]
