"""A round in one office alone: every step with its paper, every refusal with its reason."""

from tests.support.inspection import FINDINGS, ROUNDS, TEAMS, Desk, day


async def test_a_round_goes_from_plan_to_archive_with_every_paper_on_record(desk: Desk):
    round_id, team_id, target = await desk.working_round()
    act = desk.client.act
    await act(ROUNDS, round_id, "review-midterm", on=day(), comments=4, note="谈话覆盖面不够")
    finding = await desk.finding(team_id, target)
    assert finding["number"] == "YL-01-001"
    await desk.confirmed(finding["id"])
    await desk.fed_back(round_id)
    assert (await desk.client.record(FINDINGS, finding["id"]))["status"] == "fed_back"
    await act(ROUNDS, round_id, "begin-rectification", on=day())
    await act(ROUNDS, round_id, "evaluate", on=day(), document="样巡评〔2026〕1号")
    await act(ROUNDS, round_id, "archive", on=day(), document="档2026-03")
    page = await desk.client.page(f"{ROUNDS}/{round_id}")
    assert "已归档" in page
    for paper in ("样巡办〔2026〕7号", "样委〔2026〕5号", "样巡组告〔2026〕1号", "样巡反〔2026〕1号", "档2026-03"):
        assert paper in page
    meetings = await desk.client.list("/inspection/meetings")
    assert {meeting["kind"] for meeting in meetings} >= {"书记专题会议", "领导小组会议"}


async def test_a_county_files_its_scheme_before_it_authorises(desk: Desk):
    await desk.term()
    target = await desk.target()
    round_id = await desk.round(target)
    await desk.team(round_id, target)
    await desk.drafted(round_id)
    refusal = await desk.client.act(ROUNDS, round_id, "authorise", expect=409, on=day(), document="样委〔2026〕5号")
    assert refusal["code"] == "inspection.scheme_not_filed"
    assert "演示市委巡察办" in refusal["hint"]


async def test_an_organisation_without_a_team_keeps_the_round_from_being_authorised(desk: Desk):
    await desk.term()
    target = await desk.target()
    round_id = await desk.round(target)
    await desk.team(round_id)
    await desk.filed(round_id)
    refusal = await desk.client.act(ROUNDS, round_id, "authorise", expect=409, on=day(), document="样委〔2026〕5号")
    assert refusal["facts"]["reasons"] == ["“样例县教育局党组”未分配巡察组"]


async def test_a_step_cannot_lie_in_the_future_or_before_the_last_one(desk: Desk):
    round_id, *_ = await desk.working_round()
    act = desk.client.act
    assert (await act(ROUNDS, round_id, "end-onsite", expect=422, on=day(1)))["code"] == "inspection.date_out_of_order"
    assert (await act(ROUNDS, round_id, "end-onsite", expect=422, on=day(-1)))["code"] == "inspection.date_out_of_order"
    assert (await desk.client.record(ROUNDS, round_id))["status"] == "entered"


async def test_a_late_notice_is_remarked_but_not_refused(desk: Desk):
    await desk.term()
    target = await desk.target()
    round_id = await desk.round(target)
    await desk.team(round_id, target)
    await desk.authorised(round_id)
    fields = {"on": day(), "notified_on": day(-2), "document": "样巡组告〔2026〕1号", "submission": "late-notice"}
    answer = await desk.client.submit(f"{ROUNDS}/{round_id}/enter", **fields)
    assert answer.status_code == 303, answer.text[-2000:]
    assert "进驻通知晚于" in await desk.client.page(answer.headers["location"])


async def test_open_findings_keep_a_round_from_being_fed_back(desk: Desk):
    round_id, team_id, target = await desk.working_round()
    finding = await desk.finding(team_id, target)
    await desk.heard(round_id)
    refusal = await desk.client.act(ROUNDS, round_id, "feed-back", expect=409, on=day(), document="样巡反〔2026〕1号")
    assert refusal["facts"] == {"count": 1}
    await desk.client.act(FINDINGS, finding["id"], "void", opinion="重复登记")
    await desk.client.act(ROUNDS, round_id, "feed-back", on=day(), document="样巡反〔2026〕1号")


async def test_batches_go_in_one_after_the_other_and_the_last_before_the_end(desk: Desk):
    await desk.term()
    first, second = await desk.target(), await desk.target("样例县民政局党组", sector="civil_affairs")
    round_id = await desk.round()
    for number, target in ((1, first), (2, second)):
        await desk.client.act(ROUNDS, round_id, "add-batch", number=number, planned_entry_on=day(), planned_end_on=day(30))
        await desk.client.act(ROUNDS, round_id, "add-targets", targets=[target], batch_number=number)
    await desk.team(round_id, first, second)
    await desk.authorised(round_id)
    enter = {"on": day(), "notified_on": day(-12), "document": "样巡组告〔2026〕1号"}
    assert (await desk.client.act(ROUNDS, round_id, "enter", expect=409, **enter))["code"] == "inspection.round_not_ready"
    await desk.client.act(ROUNDS, round_id, "enter", batch_number=1, **enter)
    assert (await desk.client.act(ROUNDS, round_id, "end-onsite", expect=409, on=day()))["facts"]["reasons"] == ["第二批尚未进驻"]
    await desk.client.act(ROUNDS, round_id, "enter-batch", batch_number=2, **enter)
    await desk.client.act(ROUNDS, round_id, "end-onsite", on=day())


async def test_a_voided_round_sets_its_organisations_and_teams_free(desk: Desk):
    await desk.term()
    target = await desk.target()
    round_id = await desk.round(target)
    team_id = await desk.team(round_id, target)
    await desk.client.act(ROUNDS, round_id, "void", reason="年度任务调整")
    assert (await desk.client.record(TEAMS, team_id))["status"] == "disbanded"
    await desk.client.act("/inspection/targets", target, "abolish", on=day(), reason="机构改革")


async def test_the_same_round_is_planned_once(desk: Desk):
    await desk.term()
    await desk.round(number=3)
    await desk.round(number=3, kind="special", topic="基层治理")
    refusal = await desk.client.create(ROUNDS, expect=409, number=3, kind="routine")
    assert refusal["code"] == "inspection.already_there"


async def test_the_report_due_day_follows_the_rule_in_force_on_the_day_of_feedback(desk: Desk):
    round_id, *_ = await desk.working_round()
    await desk.fed_back(round_id)
    record = await desk.client.record(ROUNDS, round_id)
    assert "6个月" in record["due_why"]
    assert "2024年修订" in record["due_why"]


async def test_rounds_without_a_term_are_refused_with_the_way_out(desk: Desk):
    refusal = await desk.client.create(ROUNDS, expect=409, number=1, kind="routine")
    assert refusal["code"] == "inspection.no_current_term"
    assert "届次" in refusal["hint"]


async def test_extension_moves_the_last_day_and_keeps_the_reason(desk: Desk):
    await desk.term()
    target = await desk.target()
    round_id = await desk.round(target, planned_entry_on=day(), planned_end_on=day(30))
    await desk.team(round_id, target)
    await desk.entered(round_id)
    await desk.client.act(ROUNDS, round_id, "extend", expect=422, planned_end_on=day(20), reason="提前")
    record = await desk.client.act(ROUNDS, round_id, "extend", planned_end_on=day(40), reason="发现重大问题")
    assert record["due_on"] == day(40)
    assert "发现重大问题" in await desk.client.page(f"{ROUNDS}/{round_id}")
