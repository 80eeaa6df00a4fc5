"""What a service's policy may do to a finding when rectification moves: once, in order, and nothing else."""

from uuid import UUID

from capabilities.inspection.office.commands.findings import note_progress
from tests.support.inspection import FINDINGS, Desk, day


async def test_rectification_moves_a_finding_on_once_and_only_forward(desk: Desk, node):
    round_id, team, target = await desk.working_round()
    finding = (await desk.finding(team, target))["id"]

    async def told(state: str) -> dict:
        async with node.node.unit_of_work() as uow:
            await note_progress(uow, UUID(finding), state, "整改台账")
        return await desk.client.record(FINDINGS, finding)

    assert (await told("rectifying"))["status"] == "registered"  # not fed back yet: nothing to rectify
    await desk.confirmed(finding)
    assert (await told("closed"))["status"] == "confirmed"
    await desk.fed_back(round_id)
    assert (await told("voided"))["status"] == "fed_back"  # a state that is not rectification's to set
    moved = await told("rectifying")
    assert moved["status"] == "rectifying"
    assert (await told("rectifying"))["version"] == moved["version"]  # twice is harmless
    closed = await told("closed")
    assert (closed["status"], closed["closed_on"]) == ("closed", day())
    assert (await told("rectifying"))["status"] == "closed"
    page = await desk.client.page(f"{FINDINGS}/{finding}")
    assert page.count("整改台账") == 2
