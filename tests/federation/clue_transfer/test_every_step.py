"""Every step of every machine is walked by officers and events: what the domain draws is what can be done. Read from both offices' own time lines."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from capabilities.clue_transfer import domain
from nodekit.testing import Federation, OfficerClient, TestNode
from shared_schemas.states import StateMachine
from tests.federation.clue_transfer.offices import (
    ANNOUNCED,
    CITY,
    CITY_DESK,
    COUNTY,
    DESK,
    ISSUED,
    ORGANIZATION,
    RECEIVED,
    SPECS,
    STUBS,
    Desk,
    Issuing,
    account_id,
    report,
)

WHY = {"explanation": "情况有变"}
BACK = {"reason": "wrong_addressee", "explanation": "不属受理范围"}
SEAL = {"handed_over_by": "经办人戊"}


async def walked(node: TestNode, *tables: str) -> set[tuple[str, str]]:
    """Steps in the time lines of these tables' records."""
    found = set()
    async with node.node.engine.connect() as connection:
        for table in tables:
            schema = table.partition(".")[0]
            query = f"SELECT DISTINCT before, after FROM nodekit.history WHERE slice = '{schema}' AND record_id IN (SELECT id FROM {table}) AND before <> ''"
            found |= {tuple(row) for row in await connection.execute(sa.text(query))}
    return found


def steps(machine: StateMachine) -> set[tuple[str, str]]:
    return {(before, after) for before, to in machine.steps.items() for after in to}


async def row_of(desk: OfficerClient, serial: str) -> str:
    (row,) = await desk.list(RECEIVED, q=serial)
    return str(row["id"])


class Walk:
    """One county and its desks at work."""

    def __init__(self, fed: Federation, county: Issuing, desk: Desk, organization: OfficerClient) -> None:
        self.fed, self.county, self.desk, self.organization = fed, county, desk, organization

    async def issued(self, clue: str, *actions: str, **form: Any) -> None:
        """Acts of the issuing office; each by whoever holds the post."""
        who = {"approve": self.county.head, "send-back": self.county.head, "void": self.county.head, "reroute": self.county.head, "review": self.county.leader}
        forms = {"send-back": WHY, "void": WHY, "withdraw": WHY, "ask-again": WHY, "seal": SEAL, "review": {"minutes_on": "2026-03-12"},
                 "approve": {"approval_number": "1", "approved_on": "2026-03-13"}}
        for action in actions:
            await who.get(action, self.county.clerk).act(ISSUED, clue, action, **(form or forms.get(action, {})))

    async def received(self, row: str, *actions: str, **form: Any) -> None:
        """Acts of the discipline desk."""
        by_intake = {"sign", "return", "number", "assign", "dispose", "reject"}
        forms = {"sign": {"signed_by": "己"}, "return": BACK, "reject": WHY, "reactivate": WHY, "progress": {"text": "办理中"}, "feed-back": {"text": "已办结"},
                 "dispose": {"approval_number": "9", "disposed_on": self.today()}, "file-case": {"case_filed_on": self.today()},
                 "close-case": {"case_closed_on": self.today()}, "assign": {"handler": await account_id(self.desk.handler)}}
        for action in actions:
            officer = self.desk.intake if action in by_intake else self.desk.handler
            await officer.act(RECEIVED, row, action, **(form or forms.get(action, {})))

    def today(self) -> str:
        return self.fed[COUNTY].node.clock().date().isoformat()

    async def arrived(self) -> tuple[str, str]:
        """A clue that waits at the desk: its id here and there."""
        clue = await self.county.sent()
        await self.fed.settle()
        return clue, await row_of(self.desk.intake, (await self.county.clerk.record(ISSUED, clue))["serial"])


async def struck_out(walk: Walk) -> None:
    """Void from every state before a signature, and every way back to the team."""
    first, second = [(await walk.county.clerk.create(ISSUED, **report()))["id"] for _ in range(2)]
    await walk.county.head.act(ISSUED, second, "admit", account=await account_id(walk.county.leader))
    await walk.issued(first, "void")
    await walk.issued(second, "review", "send-back", "review", "void")
    third, fourth = await walk.county.approved(), await walk.county.approved()
    await walk.issued(third, "send-back", "review", "approve", "void")
    await walk.issued(fourth, "seal", "void")


async def sent_and_back(walk: Walk) -> None:
    """Returned, sent again, struck out; sent elsewhere and home again; taken back in time and too late."""
    clue, row = await walk.arrived()
    await walk.received(row, "return")
    await walk.fed.settle()
    await walk.issued(clue, "seal", "send")
    await walk.fed.settle()
    await walk.received(row, "return")
    await walk.fed.settle()
    await walk.issued(clue, "void")

    clue, row = await walk.arrived()
    await walk.received(row, "return")
    await walk.fed.settle()
    await walk.issued(clue, "reroute", kind="organization", explanation="属选人用人")
    await walk.issued(clue, "seal", "send")
    await walk.fed.settle()
    serial = (await walk.county.clerk.record(ISSUED, clue))["serial"]
    await walk.organization.act(RECEIVED, await row_of(walk.organization, serial), "return", **BACK)
    await walk.fed.settle()
    await walk.issued(clue, "reroute", kind="discipline", explanation="属违纪")
    await walk.issued(clue, "seal", "send")
    await walk.fed.settle()

    clue, row = await walk.arrived()
    await walk.issued(clue, "withdraw")
    for wanted in ("sign", "return"):
        crossed, there = await walk.arrived()
        walk.fed.network.cut(COUNTY, DESK)
        await walk.received(there, wanted)
        await walk.issued(crossed, "withdraw")
        walk.fed.network.heal()
    await walk.fed.settle()


async def handled(walk: Walk) -> None:
    """The long way to a closed case: feedback before and after the disposition, sent back, verified."""
    clue, row = await walk.arrived()
    await walk.received(row, "sign", "number", "assign", "assign", "progress")
    await walk.fed.settle()
    await walk.issued(clue, "ask-again")
    await walk.received(row, "progress")
    await walk.fed.settle()
    await walk.issued(clue, "verify")
    await walk.received(row, "propose", disposition="preliminary_verification", plan="要点")
    await walk.received(row, "reject")
    await walk.received(row, "propose", disposition="preliminary_verification", plan="要点")
    await walk.received(row, "dispose")
    await walk.fed.settle()
    await walk.received(row, "file-case", "close-case", "feed-back")
    await walk.fed.settle()
    await walk.issued(clue, "verify", "close")
    await walk.fed.settle()


async def shelved(walk: Walk, *, then: str) -> None:
    """Put aside and taken up again; `then` says what had been heard meanwhile."""
    clue, row = await walk.arrived()
    await walk.received(row, "sign", "number", "assign")
    await walk.received(row, "propose", disposition="shelved", plan="要点")
    await walk.received(row, "dispose")
    await walk.fed.settle()
    if then != "silence":
        await walk.received(row, "progress", "progress")
        await walk.fed.settle()
    if then == "verified":
        await walk.issued(clue, "verify")
        await walk.received(row, "progress")
        await walk.fed.settle()
        await walk.issued(clue, "verify")
    await walk.received(row, "reactivate")
    await walk.fed.settle()
    if then == "unverified":
        await walk.received(row, "progress")
        await walk.fed.settle()
        await walk.issued(clue, "ask-again")
        await walk.received(row, "assign")
    await walk.received(row, "propose", disposition="talk_inquiry", plan="要点")
    await walk.received(row, "dispose")
    await walk.fed.settle()
    await walk.received(row, "feed-back")
    await walk.fed.settle()
    await walk.issued(clue, "ask-again")
    await walk.fed.settle()
    await walk.received(row, "feed-back")
    await walk.fed.settle()


async def test_every_step_of_a_clue_can_be_taken_at_both_ends(start_federation) -> None:
    async with start_federation({office: SPECS[office] for office in (COUNTY, DESK, ORGANIZATION)}) as fed:
        walk = Walk(fed, await Issuing.of(fed[COUNTY]), await Desk.of(fed[DESK]), await fed[ORGANIZATION].login("org_dept"))
        await struck_out(walk)
        await sent_and_back(walk)
        await handled(walk)
        for then in ("silence", "unverified", "verified"):
            await shelved(walk, then=then)
        assert steps(domain.ISSUED) - await walked(fed[COUNTY], "clue_transfer_issuer.clues") == set()
        assert steps(domain.RECEIVED) - await walked(fed[DESK], "clue_transfer_receiver.clues") == set()


async def test_every_step_of_a_stub_can_be_taken_at_both_ends(start_federation) -> None:
    async with start_federation({office: SPECS[office] for office in (COUNTY, CITY, CITY_DESK)}) as fed:
        county, desk = await Issuing.of(fed[COUNTY]), await fed[CITY_DESK].login("discipline_intake")
        void, by_hand, early = [(await county.clerk.create(STUBS, team="YL-01", cadre_tier="city"))["id"] for _ in range(3)]
        await county.head.act(STUBS, void, "void")
        day = fed[COUNTY].node.clock().date().isoformat()
        await county.clerk.act(STUBS, by_hand, "hand-over", handed_over_on=day, handed_over_by="戊")
        await fed.settle()
        for row in await desk.list(ANNOUNCED):
            if row["status"] == "announced":
                await desk.act(ANNOUNCED, row["id"], "receive", received_on=day, received_by="己")
        await fed.settle()
        assert (await county.clerk.record(STUBS, early))["status"] == "received"
        assert steps(domain.STUB) - await walked(fed[COUNTY], "clue_transfer_issuer.stubs") == set()
        assert steps(domain.ANNOUNCED) - await walked(fed[CITY_DESK], "clue_transfer_receiver.stubs") == set()
