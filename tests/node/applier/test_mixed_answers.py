"""One office, one answer: accepted when a slice accepts, refused when all refuse. A slice that refuses leaves nothing behind, and its refusal is on record."""

import sqlalchemy as sa

from nodekit.applier import HandlerApplier
from nodekit.delivery.envelope import EventDoc
from nodekit.errors import Refused
from nodekit.handlers import Handlers, NotConcerned
from nodekit.ids import new_id
from nodekit.numbering import Series, take
from shared_schemas.lifted_inspection.v1 import LiftedVoided

WORK = Series("巡试", "试验编号", "{within}-{number}")


def slice_that(owner: str, *, refuses: bool) -> Handlers:
    """Two effects; the second may refuse."""
    handlers = Handlers(owner)

    @handlers.on(LiftedVoided)
    async def first(uow, message) -> None:
        await take(uow, WORK, within=owner)
        await uow.audit(f"{owner}.done", subject=str(message.id))

    @handlers.on(LiftedVoided)
    async def second(uow, message) -> None:
        if refuses:
            raise Refused(f"{owner}不接收。", hint="请核对。")

    return handlers


async def answer(county, *others: Handlers, **slices: bool):
    """Decision, who acted, audit actions."""
    handlers = [handler for part in (*others, *(slice_that(owner, refuses=refuses) for owner, refuses in slices.items())) for handler in part.all]
    applier = HandlerApplier(county.node, handlers)
    event = LiftedVoided(task_id=new_id(), explanation="情况有变。")
    doc = EventDoc(
        id=str(new_id()), src="990100-inspection", dst=county.office, type=LiftedVoided.TYPE, agg="a", at="2026-03-02T00:00:00+00:00", re=None, tp=None,
        body=event.model_dump(mode="json"), sealed=None, raw=b"", eh="",
    )
    async with county.node.sessions() as session, session.begin():
        decision = await applier.apply(session, doc)
        await applier.before_commit(session)
    acted = await county.column("SELECT split_part(series, ':', 2) FROM nodekit.number_series ORDER BY series")
    async with county.node.engine.connect() as connection:
        noted = [tuple(row) for row in await connection.execute(sa.text("SELECT action, facts->>'slice' FROM nodekit.audit_log WHERE subject = :id ORDER BY seq"), {"id": doc.id})]
    return decision, acted, noted


async def test_one_refusal_among_others_does_not_refuse_for_all(county) -> None:
    decision, acted, noted = await answer(county, one=False, two=True, three=False)
    assert decision.status == "accepted"
    assert acted == ["one", "three"]
    assert noted == [("one.done", None), ("exchange.slice_refused", "two"), ("three.done", None)]


def onlooker() -> Handlers:
    """A slice that has no part in the event."""
    handlers = Handlers("onlooker")

    @handlers.on(LiftedVoided)
    async def look_away(uow, message) -> None:
        raise NotConcerned

    return handlers


async def test_looking_away_is_no_consent(county) -> None:
    decision, acted, _ = await answer(county, onlooker(), one=True)
    assert (decision.status, acted) == ("refused", [])


async def test_where_nobody_is_concerned_nothing_is_wrong(county) -> None:
    decision, _, noted = await answer(county, onlooker())
    assert (decision.status, noted) == ("accepted", [])


async def test_when_all_refuse_the_sender_hears_the_first_reason(county) -> None:
    decision, acted, noted = await answer(county, one=True, two=True)
    assert (decision.status, decision.text) == ("refused", "one不接收。请核对。")
    assert acted == []
    assert [slice_name for _, slice_name in noted] == ["one", "two"]


async def test_all_accept(county) -> None:
    decision, acted, _ = await answer(county, one=False)
    assert (decision.status, acted) == ("accepted", ["one"])
