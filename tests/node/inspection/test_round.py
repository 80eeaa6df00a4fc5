"""A round from plan to archive in one office alone."""


from tests.support.inspection import FINDINGS, ROUNDS, Desk, day


async def test_a_round_goes_from_plan_to_archive_with_every_paper_on_record(node, desk: Desk):
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
