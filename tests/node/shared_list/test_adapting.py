"""Deciding item by item on one county's pages and in JSON: what is taken, what is refused, what stays typed."""

from uuid import uuid4

import pytest

from tests.node.shared_list.conftest import hear, items, outgoing, published

RECEIVED, WORK = "/shared-list/received", "/shared-list/adaptations"
HOSTILE = "内容\x00隐藏"


@pytest.fixture
async def officer(county):
    return await county.login()


@pytest.fixture
async def record(county, officer) -> dict:
    """A list of three items, the first one locked, being adapted."""
    locked, *others = items(3, locked=True)
    await hear(county, published(some=[locked, *(item.model_copy(update={"locked": False}) for item in others)]))
    [row] = await officer.list(RECEIVED)
    await officer.act(RECEIVED, row["id"], "sign")
    return await officer.act(RECEIVED, row["id"], "start")


async def by_number(officer, record_id: str) -> dict[str, dict]:
    return {item["number"]: item for item in (await officer.get(f"/api{RECEIVED}/{record_id}/items")).json()["items"]}


async def decide(officer, record: dict, *decisions: dict, **headers: str):
    return await officer.post(f"/api{RECEIVED}/{record['id']}/decisions", {"decisions": list(decisions)}, **headers)


@pytest.mark.parametrize(
    ("number", "choice", "field"),
    [
        ("问题-01", {"decision": "modify", "content": "改", "reason": "理由"}, "decision"),
        ("问题-01", {"decision": "drop", "reason": "理由"}, "decision"),
        ("问题-02", {"decision": "add", "content": "改", "reason": "理由"}, "decision"),
        ("问题-02", {"decision": "modify", "content": "改"}, "reason"),
        ("问题-02", {"decision": "modify", "content": "", "reason": "理由"}, "content"),
        ("问题-02", {"decision": "modify", "content": "内容2", "reason": "理由"}, "content"),
        ("问题-02", {"decision": "drop"}, "reason"),
        ("问题-02", {"settlement": "keep_local"}, "settlement"),
        ("问题-02", {}, "decision"),
    ],
)
async def test_a_decision_that_breaks_a_rule_is_refused_and_nothing_is_taken(officer, record, number, choice, field):
    found = await by_number(officer, record["id"])
    answer = await decide(officer, record, {"item_id": found["问题-03"]["id"], "decision": "adopt"}, {"item_id": found[number]["id"], **choice})
    assert (answer.status_code, answer.json()["code"]) == (422, "input.invalid")
    assert [error["path"] for error in answer.json()["facts"]["fields"]] == [f"{found[number]['id']}.{field}"]
    assert (await officer.record(RECEIVED, record["id"]))["progress"] == "0/3 已定"


@pytest.mark.parametrize(
    "body",
    [
        {"decisions": []},
        {"decisions": [{"item_id": "no-uuid", "decision": "adopt"}]},
        {"decisions": [{"item_id": str(uuid4()), "decision": "destroy"}]},
        {"decisions": [{"item_id": str(uuid4()), "decision": "drop", "reason": HOSTILE}]},
        {"decisions": "all"},
        {"nothing": 1},
        [],
    ],
)
async def test_wrong_shapes_are_422(officer, record, body):
    assert (await officer.post(f"/api{RECEIVED}/{record['id']}/decisions", body)).status_code == 422


async def test_an_item_of_another_list_is_not_found(officer, record):
    assert (await decide(officer, record, {"item_id": str(uuid4()), "decision": "adopt"})).status_code == 404


async def test_progress_is_kept_and_an_unfinished_adaptation_cannot_be_finished(officer, record):
    found = await by_number(officer, record["id"])
    taken = (await decide(officer, record, {"item_id": found["问题-01"]["id"], "decision": "adopt"})).json()
    assert (taken["decided"], taken["total"]) == (1, 3)
    refused = await officer.act(RECEIVED, record["id"], "finish", expect=409)
    assert (refused["code"], refused["facts"]["left"]) == ("shared_list.items_undecided", 2)


async def test_a_repeat_with_the_same_key_is_answered_and_another_body_refused(officer, record):
    found = await by_number(officer, record["id"])
    choice, key = {"item_id": found["问题-02"]["id"], "decision": "drop", "reason": "不适用"}, {"Idempotency-Key": "k1"}
    first, again = await decide(officer, record, choice, **key), await decide(officer, record, choice, **key)
    assert (first.status_code, again.status_code, first.json()["version"]) == (200, 200, again.json()["version"])
    assert (await decide(officer, record, {**choice, "reason": "另一理由"}, **key)).status_code == 409


async def test_a_stale_page_is_refused_and_keeps_what_was_typed(officer, record):
    found = await by_number(officer, record["id"])
    fields = {
        "version": str(record["version"]),
        f"decision.{found['问题-02']['id']}": "modify",
        f"content.{found['问题-02']['id']}": "我写的修改",
        f"reason.{found['问题-02']['id']}": "理由",
    }
    await decide(officer, record, {"item_id": found["问题-03"]["id"], "decision": "adopt"})
    answer = await officer.submit(f"{WORK}/{record['id']}", **fields)
    assert answer.status_code == 409
    assert "我写的修改" in answer.text and "已被他人更新" in answer.text


async def test_the_page_saves_adopts_the_rest_and_shows_errors_beside_the_item(officer, record):
    found = await by_number(officer, record["id"])
    ids = {number: item["id"] for number, item in found.items()}
    wrong = await officer.submit(f"{WORK}/{record['id']}", **{f"row.{ids['问题-02']}": "1", f"decision.{ids['问题-02']}": "drop"})
    assert wrong.status_code == 422 and "都须写明理由" in wrong.text
    rows = {f"row.{item_id}": "1" for item_id in ids.values()}
    chosen = {f"decision.{ids['问题-02']}": "drop", f"reason.{ids['问题-02']}": "不适用"}
    saved = await officer.submit(f"{WORK}/{record['id']}?show=open", all="adopt", **rows, **chosen)
    assert saved.status_code == 303 and "show=open" in saved.headers["location"]
    assert {number: item["decision"] for number, item in (await by_number(officer, record["id"])).items()} == {
        "问题-01": "adopt",
        "问题-02": "drop",
        "问题-03": "adopt",
    }


@pytest.mark.parametrize("fields", [{"decision.none": "adopt"}, {f"decision.{uuid4()}": "adopt"}])
async def test_unknown_items_on_the_page_are_404(officer, record, fields):
    assert (await officer.submit(f"{WORK}/{record['id']}", **fields)).status_code == 404


async def test_hostile_text_on_the_page_is_refused(officer, record):
    found = await by_number(officer, record["id"])
    fields = {f"decision.{found['问题-02']['id']}": "drop", f"reason.{found['问题-02']['id']}": HOSTILE}
    assert (await officer.submit(f"{WORK}/{record['id']}", **fields)).status_code == 422


async def test_revising_gives_the_next_local_version_and_asks_for_confirmation_again(officer, record):
    await officer.act(RECEIVED, record["id"], "adopt-rest")
    assert (await officer.act(RECEIVED, record["id"], "finish"))["local_version"] == "v1.1"
    await officer.act(RECEIVED, record["id"], "confirm", confirmed_on="2026-03-10", meeting="领导小组会议")
    await officer.act(RECEIVED, record["id"], "revise", reason="补充本地条目")
    await officer.act(RECEIVED, record["id"], "add-item", number="样-01", kind_title="问题清单", content="本地条目", reason="本地特有")
    finished = await officer.act(RECEIVED, record["id"], "finish")
    assert (finished["local_version"], finished["confirmed_on"]) == ("v1.2", None)
    assert (await officer.act(RECEIVED, record["id"], "use", expect=409))["code"] == "node.step_not_allowed"


async def test_decisions_are_closed_once_the_adaptation_is_finished(officer, record):
    found = await by_number(officer, record["id"])
    await officer.act(RECEIVED, record["id"], "adopt-rest")
    await officer.act(RECEIVED, record["id"], "finish")
    answer = await decide(officer, record, {"item_id": found["问题-02"]["id"], "decision": "drop", "reason": "不适用"})
    assert (answer.status_code, answer.json()["code"]) == (409, "shared_list.not_being_adapted")


async def test_the_issuer_is_told_when_the_counters_move_and_only_then(county, officer, record):
    before = await outgoing(county, "shared_list.progressed.v1")
    await officer.act(RECEIVED, record["id"], "adopt-rest")
    found = await by_number(officer, record["id"])
    await decide(officer, record, {"item_id": found["问题-02"]["id"], "decision": "drop", "reason": "不适用"})
    assert await outgoing(county, "shared_list.progressed.v1") == before + 1


@pytest.mark.parametrize(("posts", "status"), [(("inspected_contact",), 403), (("team_member",), 403), (("office_clerk",), 200)])
async def test_only_the_office_decides(county, record, officer, posts, status):
    found = await by_number(officer, record["id"])
    other = await county.login(*posts)
    assert (await decide(other, record, {"item_id": found["问题-03"]["id"], "decision": "adopt"})).status_code == status


async def test_every_page_of_an_adaptation_opens(officer, record):
    for page in (
        f"{RECEIVED}",
        f"{RECEIVED}/{record['id']}",
        f"{WORK}/{record['id']}",
        f"{WORK}/{record['id']}/diff",
        f"{WORK}/{record['id']}/merge",
        "/workbench",
    ):
        await officer.page(page)
    assert (await officer.get(f"{WORK}/{uuid4()}")).status_code == 404
