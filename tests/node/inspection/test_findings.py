"""Findings in one office: numbering, review, confirmation, need to know."""

import pytest

from capabilities.inspection import register
from capabilities.inspection.office.commands.findings import register_finding
from capabilities.inspection.office.forms.findings import FindingForm
from nodekit.errors import NotFound
from nodekit.identity.officer import Officer
from nodekit.ids import new_id
from tests.support.inspection import FINDINGS, ROUNDS, Desk, day


async def test_numbers_run_on_and_a_voided_one_is_not_used_again(desk: Desk):
    _, team_id, target = await desk.working_round()
    first = await desk.finding(team_id, target)
    await desk.client.act(FINDINGS, first["id"], "void", opinion="重复")
    second = await desk.finding(team_id, target)
    assert (first["number"], second["number"]) == ("YL-01-001", "YL-01-002")
    clash = {"team": team_id, "target": target, "number": "YL-01-001", "category": "F2.4", "title": "再来", "statement": "重复编号", "handlers": ["甲", "乙"]}
    assert (await desk.client.create(FINDINGS, expect=409, **clash))["code"] == "inspection.already_there"


WRONG = (
    ({"handlers": ["只有一人"]}, "handlers"), ({"category": "F2"}, "category"), ({"title": ""}, "title"), ({"amount_yuan": "-1"}, "amount_yuan"),
    ({"statement": "含有\u0000字符的文字"}, "statement"), ({"level": "other"}, "level"), ({"cross_tags": ["不存在"]}, "cross_tags"),
)


async def test_what_is_filled_in_wrong_is_said_per_field(desk: Desk):
    _, team_id, target = await desk.working_round()
    form = {"team": team_id, "target": target, "category": "F2.4", "title": "资产", "statement": "账实不符", "handlers": ["甲", "乙"]}
    for changes, path in WRONG:
        answer = await desk.client.create(FINDINGS, expect=422, **{**form, **changes})
        assert path in [field["path"] for field in answer["facts"]["fields"]], changes
    assert await desk.client.list(FINDINGS) == []


async def test_a_returned_finding_comes_back_by_being_amended(desk: Desk):
    _, team_id, target = await desk.working_round()
    finding = await desk.finding(team_id, target)
    await desk.client.act(FINDINGS, finding["id"], "return", opinion="补充数据")
    body = {"title": "固定资产账实不符", "category": "F2.4", "statement": "抽查40件,9件无卡片。", "handlers": ["甲", "乙"]}
    again = await desk.client.act(FINDINGS, finding["id"], "amend", **body)
    assert (again["status"], again["statement"]) == ("registered", "抽查40件,9件无卡片。")
    await desk.confirmed(finding["id"])
    assert (await desk.client.act(FINDINGS, finding["id"], "amend", expect=409, **body))["code"] == "node.step_not_allowed"


async def test_a_heading_takes_cases_of_its_own_round_only(desk: Desk):
    _, team_id, target = await desk.working_round()
    group = await desk.finding(team_id, target, level="group", title="资产管理")
    case = await desk.finding(team_id, target, group=group["id"])
    assert case["number"] in await desk.client.page(f"{FINDINGS}/{group['id']}")
    form = {"team": team_id, "target": target, "category": "F2.4", "title": "资产", "statement": "账实不符", "handlers": ["甲", "乙"]}
    assert (await desk.client.create(FINDINGS, expect=422, **form, level="group", group=group["id"]))["code"] == "inspection.wrong_group"


async def test_a_team_member_knows_only_the_findings_of_his_team(node, desk: Desk):
    round_id, team_id, target = await desk.working_round()
    finding = await desk.finding(team_id, target)
    outsider = await node.login("team_leader", username="zuzhang2")
    assert await outsider.list(FINDINGS) == []
    hidden = await outsider.get(f"/api{FINDINGS}/{finding['id']}")
    unknown = await outsider.get(f"/api{FINDINGS}/{round_id}")
    assert (hidden.status_code, hidden.json()) == (404, unknown.json())
    await outsider.act(FINDINGS, finding["id"], "review", expect=404)
    await desk.member(team_id, "副组长乙", "deputy", username="zuzhang2")
    assert [row["number"] for row in await outsider.list(FINDINGS)] == [finding["number"]]
    await outsider.act(FINDINGS, finding["id"], "review")


async def test_nobody_enters_findings_for_a_team_he_is_not_in(node, desk: Desk):
    _, team_id, target = await desk.working_round()
    outsider = Officer(new_id(), "zuzhang2", "组长乙", frozenset({"team_leader"}), frozenset({"inspection.register_finding"}), node.office)
    form = FindingForm(team=team_id, target=target, category="F2.4", title="资产", statement="账实不符", handlers=["甲", "乙"])
    async with node.node.reading(outsider) as uow:
        with pytest.raises(NotFound):
            await register_finding(uow, outsider, form)


async def test_findings_come_neither_before_entry_nor_after_feedback(desk: Desk):
    round_id, team_id, target = await desk.working_round()
    await desk.fed_back(round_id)
    form = {"team": team_id, "target": target, "category": "F2.4", "title": "资产", "statement": "账实不符", "handlers": ["甲", "乙"]}
    assert (await desk.client.create(FINDINGS, expect=422, **form))["code"] == "input.invalid"


async def test_the_register_gives_other_capabilities_what_stands_and_nothing_else(node, desk: Desk):
    round_id, team_id, target = await desk.working_round()
    confirmed, open_one = await desk.finding(team_id, target), await desk.finding(team_id, target, category="F3.1")
    await desk.confirmed(confirmed["id"])
    async with node.node.reading() as uow:
        standing = await register.list_findings(uow, confirmed=True)
        assert [(found.number, found.group, found.implementation, found.confirmed) for found in standing] == [("YL-01-001", "F2", "S2", True)]
        assert standing[0].deidentified == "固定资产账实不符,处置未报批。"
        assert [found.number for found in await register.list_findings(uow, confirmed=False)] == [open_one["number"]]
        assert [found.number for found in await register.list_findings(uow, category="F2")] == ["YL-01-001"]
        current = await register.current_round(uow)
        assert current is not None and str(current.id) == round_id
        assert [member.role for member in await register.team_members(uow, standing[0].team_id)] == ["leader", "liaison", "office_contact"]
        assert [each.name for each in await register.round_targets(uow, current.id)] == ["样例县教育局党组"]


async def test_reclassifying_keeps_the_old_category_on_the_time_line(desk: Desk):
    _, team_id, target = await desk.working_round()
    finding = await desk.finding(team_id, target)
    await desk.confirmed(finding["id"])
    await desk.client.act(FINDINGS, finding["id"], "reclassify", category="F4.4", reason="制度缺失为主")
    assert "F2.4 → F4.4" in await desk.client.page(f"{FINDINGS}/{finding['id']}")


async def test_a_finding_is_closed_once_it_was_fed_back(desk: Desk):
    round_id, team_id, target = await desk.working_round()
    finding = await desk.finding(team_id, target)
    await desk.confirmed(finding["id"])
    await desk.client.act(FINDINGS, finding["id"], "close", expect=409, on=day(), opinion="到位")
    await desk.fed_back(round_id)
    await desk.client.act(ROUNDS, round_id, "begin-rectification", on=day())
    closed = await desk.client.act(FINDINGS, finding["id"], "close", on=day(), opinion="整改到位")
    assert (closed["status"], closed["closed_on"]) == ("closed", day())
