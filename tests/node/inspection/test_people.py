"""Recusal records: declared once, compared by identity when a team is formed, overruled only by the right post and with a reason."""

from tests.support.inspection import ROUNDS, TARGETS, TEAMS, Desk, day

PEOPLE, MAPPINGS = "/inspection/people", "/inspection/mappings"


async def person(desk: Desk, name: str, *ties: dict, **changes) -> str:
    form = {"name": name, "unit": "样例县审计局", "declared_on": day(-30), "ties": list(ties), **changes}
    return (await desk.client.create(PEOPLE, **form))["id"]


async def join(desk: Desk, team: str, who: str, *, expect: int = 200, **changes) -> dict:
    return await desk.client.act(TEAMS, team, "add-member", person=who, role="member", joined_on=day(-5), expect=expect, **changes)


async def test_every_kind_of_tie_keeps_its_owner_out_by_identity_and_not_by_name(desk: Desk):
    await desk.term()
    coop, other = await desk.target("样例县供销社党组", place="青山镇"), await desk.target("样例县民政局党组", sector="civil_affairs")
    round_id = await desk.round(coop)
    team = await desk.team(round_id, coop)
    ties = {
        "former_unit": {"target": coop, "relation": "曾任副主任", "until_on": day(-100)}, "duty": {"target": coop, "relation": "联系该单位"},
        "relative": {"target": coop, "relation": "配偶"},
    }
    for kind, tie in ties.items():
        refused = await join(desk, team, await person(desk, f"人员{kind}", {"kind": kind, **tie}), expect=409)
        assert refused["code"] == "inspection.must_stand_back"
        assert tie["relation"] in refused["message"]
        assert "样例县供销社党组" in refused["message"]
    native = await person(desk, "人员甲", native_place="样例县青山镇")
    assert (await join(desk, team, native))["status"] == "forming"
    page = await desk.client.page(f"{TEAMS}/{team}")
    assert "地域回避" in page
    long_ago = await person(desk, "人员乙", {"kind": "former_unit", "target": coop, "until_on": day(-365 * 4)})
    await join(desk, team, long_ago)
    await join(desk, team, await person(desk, "人员丙", {"kind": "relative", "target": other, "relation": "子女"}))
    assert (await desk.client.act(ROUNDS, round_id, "add-targets", targets=[other]))["status"]
    refused = await desk.client.act(ROUNDS, round_id, "assign-targets", team=team, targets=[other], expect=409)
    assert (refused["code"], "人员丙" in refused["message"]) == ("inspection.must_stand_back", True)
    own = await person(desk, "人员丁", unit="样例县供销社", unit_target=coop)
    assert (await join(desk, team, own, expect=409))["code"] == "inspection.must_stand_back"


async def test_a_tie_outlives_the_name_of_the_organisation(desk: Desk):
    await desk.term()
    old = await desk.target("样例县供销社党组")
    who = await person(desk, "人员甲", {"kind": "relative", "target": old, "relation": "配偶"})
    renamed = await desk.client.act(TARGETS, old, "rename", name="样例县合作经济联合会党组", kind="party_group", on=day(-1), document="样编〔2026〕2号")
    new = next(row["id"] for row in await desk.client.list(TARGETS) if row["name"] == "样例县合作经济联合会党组")
    assert renamed["id"] in {old, new}
    round_id = await desk.round(new)
    team = await desk.team(round_id, new)
    assert "合作经济联合会" in (await join(desk, team, who, expect=409))["message"]


async def test_only_the_leading_group_overrules_and_the_reason_is_on_the_audit_log(desk: Desk, node):
    await desk.term()
    coop = await desk.target("样例县供销社党组")
    round_id = await desk.round(coop)
    team = await desk.team(round_id, coop)
    who = await person(desk, "人员甲", {"kind": "duty", "target": coop, "relation": "联系该单位"})
    clerk = Desk(await node.login("office_clerk"))
    overriding = {"override_reason": "仅负责后勤保障", "override_document": "样巡组〔2026〕9号"}
    assert (await join(clerk, team, who, expect=403, **overriding))["code"] == "inspection.cannot_override"
    await join(desk, team, who, **overriding)
    assert await node.scalar("SELECT reason FROM nodekit.audit_log WHERE action = 'inspection.recusal_overridden'") == "仅负责后勤保障"
    page = await desk.client.page(f"{TEAMS}/{team}")
    assert "认定无需回避" in page
    assert "仅负责后勤保障" in page
    await join(desk, team, who, expect=422)


async def test_records_are_seen_and_kept_by_the_right_posts(desk: Desk, node):
    member = await node.login("team_member")
    assert (await member.get(f"/api{PEOPLE}")).status_code == 403
    who = await person(desk, "人员甲", {"kind": "relative", "place": "样例县教育局", "relation": "配偶"})
    for wrong in ({"kind": "relative"}, {"kind": "home", "place": ""}, {"kind": "enemy", "place": "某单位"}):
        await desk.client.create(PEOPLE, expect=422, name="人员乙", unit="样例县审计局", declared_on=day(), ties=[wrong])
    await desk.client.create(PEOPLE, expect=422, name="人员乙", unit="样例县审计局", declared_on=day(3))
    assert (await desk.client.create(PEOPLE, expect=409, name="人员甲", unit="样例县审计局", declared_on=day()))["code"] == "inspection.already_there"
    await desk.client.act(PEOPLE, who, "revise", name="人员甲", unit="样例县财政局", declared_on=day(), ties=[])
    assert "无申报事项" in await desk.client.page(f"{PEOPLE}/{who}")
    await desk.client.act(PEOPLE, who, "leave", reason="工作调动")
    await desk.client.act(PEOPLE, who, "revise", name="人员甲", unit="样例县财政局", declared_on=day(), expect=409)


async def test_the_mapping_of_categories_is_changed_with_a_reason_and_keeps_its_history(desk: Desk, node):
    _round, team, target = await desk.working_round()
    finding = await desk.finding(team, target, category="F2.4")
    assert "全面从严治党" in (await desk.client.record("/inspection/findings", finding["id"]))["implementation"]
    form = {"code": "F2.4", "implementation": "S1", "reason": "本省口径"}
    clerk = await node.login("office_clerk")
    await clerk.create(MAPPINGS, expect=403, **form)
    await desk.client.create(MAPPINGS, expect=422, **(form | {"implementation": "S9"}))
    await desk.client.create(MAPPINGS, **form)
    assert (await desk.client.create(MAPPINGS, expect=409, **form))["code"] == "inspection.already_there"
    assert "理论路线" in (await desk.client.record("/inspection/findings", finding["id"]))["implementation"]
    await desk.client.create(MAPPINGS, code="F2", implementation="S4", reason="调整一级对应")
    assert "理论路线" in (await desk.client.record("/inspection/findings", finding["id"]))["implementation"]
    await desk.client.create(MAPPINGS, code="F2.4", implementation="S3", reason="再次调整")
    rows = await desk.client.list(MAPPINGS, tab="replaced")
    assert sorted((row["code_code"], row["implementation_code"]) for row in rows) == [("F2", "S2"), ("F2.4", "S1")]
    assert len(await desk.client.list(MAPPINGS, tab="in_force")) == 5
