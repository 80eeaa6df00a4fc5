"""One city office alone: who may do what, steps in the wrong order, stale and doubled input, the register of targets, figures and rules."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa

from capabilities import lifted_inspection
from capabilities.inspection.office import office as inspection_office
from nodekit.spec import NodeSpec
from nodekit.testing import OfficerClient, TestNode
from shared_schemas.offices import OfficeKind, Tier
from tests.federation.lifted_inspection.offices import CITY, COUNTY, DESK, REQUESTS, SECOND, TARGET, TASKS, WISH, approval, consulted, day
from tests.support.inspection import Desk

SPEC = NodeSpec(
    service="lifted_test_city", kind=OfficeKind.INSPECTION, tiers=(Tier.CITY,),
    slices=(inspection_office(), lifted_inspection.requester(), lifted_inspection.organiser(), lifted_inspection.participant()),
)
ORGANISER = SPEC.slices[2]
NOWHERE = "00000000-0000-4000-8000-000000000000"
TEAM: dict[str, Any] = {"team_name": "一组", "team_leader": "组长甲", "own_members": 2, "formed_on": day()}


@pytest.fixture
async def office(start_federation) -> AsyncIterator[TestNode]:
    async with start_federation({CITY: SPEC}) as fed:
        yield fed[CITY]


async def started(client: OfficerClient, **changes: Any) -> str:
    """A task of the city's own making, with opinions, ready for the decision."""
    made = await client.create(TASKS, **WISH | changes)
    await consulted(client, made["id"], signed=True)
    return str(made["id"])


async def test_everybody_does_his_own_part_only(office: TestNode) -> None:
    clerk, head, follower = await office.login("office_clerk"), await office.login("leading_group_head"), await office.login("rectification_desk")
    await head.create(TASKS, expect=403, **WISH)
    await follower.create(TASKS, expect=403, **WISH)
    task = await started(clerk)
    await clerk.act(TASKS, task, "approve", expect=403, **approval())
    await head.act(TASKS, task, "approve", **approval())
    await head.act(TASKS, task, "issue-task", expect=403, text="任务", planned_entry_on=day(), planned_end_on=day())
    await follower.act(TASKS, task, "form-team", expect=403, **TEAM)
    drafted = (await clerk.create(REQUESTS, **WISH))["id"]
    await clerk.act(REQUESTS, drafted, "propose", expect=403)
    await head.act(REQUESTS, drafted, "propose")
    stranger = await office.login("team_member")
    for ledger in (TASKS, REQUESTS):
        assert (await stranger.get(f"/api{ledger}")).status_code == 403


async def test_steps_out_of_order_and_offices_that_do_not_fit_are_refused(office: TestNode) -> None:
    client = await office.login()
    made = (await client.create(TASKS, **WISH))["id"]
    await client.act(TASKS, made, "conclude", expect=409, summary="完成")
    await client.act(TASKS, made, "return", expect=409, explanation="自主发起的不能退回")
    await client.act(TASKS, NOWHERE, "enter", expect=404, entered_on=day(), ends_on=day())
    task = await started(client)
    for step, form in (
        ("issue-task", {"text": "任务", "planned_entry_on": day(), "planned_end_on": day()}), ("enter", {"entered_on": day(), "ends_on": day()}),
        ("hand-over", {"handed_over_on": day()}), ("close", {"closed_on": day()}), ("urge", {}),
    ):
        assert (await client.act(TASKS, task, step, expect=409, **form))["code"] == "node.step_not_allowed", step
    for wrong in ({"contributors": []}, {"contributors": [COUNTY]}, {"host": DESK}, {"counting_owner": SECOND}, {"kind": "gossip"}, {"contributors": [NOWHERE]}):
        await client.act(TASKS, task, "approve", expect=422, **approval(**wrong))
    await client.act(TASKS, task, "approve", **approval(kind="lifted", contributors=[]))
    await client.act(TASKS, task, "issue-task", expect=422, text="任务", planned_entry_on=day(2), planned_end_on=day(1))
    await client.act(TASKS, task, "request-people", expect=409, contributor=SECOND, wanted=1, begins_on=day(), ends_on=day())
    await client.act(TASKS, task, "decline", expect=409, decided_on=day(), explanation="已批准")


async def test_a_stale_page_and_a_double_click_change_nothing(office: TestNode) -> None:
    client = await office.login()
    task = await started(client)
    stale = await client.post(f"/api{TASKS}/{task}/approve", approval(), **{"If-Match": "99"})
    assert stale.status_code == 409
    for _ in range(2):
        await client.post(f"/api{TASKS}/{task}/approve", approval(), **{"Idempotency-Key": "the-same-click"})
        await client.post(f"/api{TASKS}", WISH, **{"Idempotency-Key": "the-same-wish"})
    assert len(await client.list(TASKS)) == 2
    assert await office.scalar("SELECT last FROM nodekit.number_series WHERE series = '巡提复'") == 1


async def test_the_target_comes_from_the_register_or_is_named(office: TestNode) -> None:
    client = await office.login()
    target = await Desk(client).target("演示市教育局党组")
    assert "演示市教育局党组" in await client.page(f"{REQUESTS}/new")
    chosen = await client.create(REQUESTS, **WISH | {"target_name": "", "target": target})
    assert chosen["target_name"] == "演示市教育局党组"
    assert (await client.create(REQUESTS, **WISH))["target_name"] == TARGET
    await client.create(REQUESTS, expect=422, **WISH | {"target_name": "", "target": NOWHERE})
    assert (await client.create(REQUESTS, expect=422, **WISH | {"target_name": ""}))["code"] == "lifted_inspection.target_missing"


async def test_rules_hold_and_figures_count_what_was_played_and_bite_when_broken(office: TestNode) -> None:
    client = await office.login()
    task = await started(client)
    await client.act(TASKS, task, "approve", **approval(kind="lifted", contributors=[]))
    await client.act(TASKS, task, "issue-task", text="任务", planned_entry_on=day(), planned_end_on=day(30))
    await client.act(TASKS, task, "form-team", expect=409, **TEAM | {"own_members": 0})
    await client.act(TASKS, task, "form-team", **TEAM)
    await client.act(TASKS, task, "enter", entered_on=day(), ends_on=day(30))
    findings = [{"number": f"TJ-{n}", "category": "F2.2", "statement": "问题表述"} for n in range(3)]
    await client.act(TASKS, task, "report", reported_on=day(), findings=findings, clues=1)
    await client.act(TASKS, task, "feed-back", fed_back_on=day(), text="反馈意见")
    assert await _violations(office) == []
    (source,) = ORGANISER.figures
    async with office.node.reading() as uow:
        cells = {cell.indicator: cell for cell in await source.compute(uow)}
    assert {code: int(cell.value) for code, cell in cells.items()} == {"linkage_tasks": 1, "linkage_mix": 100, "linkage_findings": 3, "linkage_decided_ontime": 100}
    assert (cells["linkage_tasks"].dimensions, cells["linkage_tasks"].counting_owner) == ({"kind": "lifted"}, CITY)
    assert (cells["linkage_decided_ontime"].numerator, cells["linkage_decided_ontime"].denominator) == (1, 1)
    async with office.node.engine.begin() as connection:
        await connection.execute(sa.text("DELETE FROM lifted_inspection_organiser.copies WHERE addressee = 'host_committee'"))
        await connection.execute(sa.text("UPDATE lifted_inspection_organiser.tasks SET findings = 9, host = '990200-inspection'"))
    assert len(await _violations(office)) == 3


async def _violations(office: TestNode) -> list[str]:
    async with office.node.reading() as uow:
        return [sentence for rule in ORGANISER.invariants for sentence in await rule.check(uow)]
