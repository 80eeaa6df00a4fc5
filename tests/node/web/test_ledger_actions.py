"""Actions by form and by JSON: refusals keep what was typed, repeats are harmless, strangers stay outside."""

import asyncio
import re
from typing import Any

import pytest
from starlette.datastructures import FormData

from nodekit.testing import OfficerClient, TestNode
from nodekit.web.forms import read_form
from nodekit.web.submissions import fingerprint
from tests.node.web.conftest import FINE
from tests.node.web.sample import LEDGER

URL = LEDGER.url
pytestmark = pytest.mark.asyncio(loop_scope="package")


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"no {name} in the form"
    return found[1]


async def open_form(officer: OfficerClient, url: str) -> dict[str, str]:
    html = await officer.page(url)
    return {name: hidden(html, name) for name in ("submission", "version") if f'name="{name}"' in html}


async def count(desk: TestNode, serial: str = FINE["serial"]) -> Any:
    return await desk.scalar("SELECT count(*) FROM sample_desk.matter WHERE serial = :serial", serial=serial)


async def test_create_by_form_leads_to_the_record_with_a_note(officer: OfficerClient) -> None:
    form = await open_form(officer, f"{URL}/new")
    answer = await officer.submit(f"{URL}/new", **form, **FINE)
    assert answer.status_code == 303
    html = await officer.page(answer.headers["location"])
    assert "已登记。" in html
    assert "已登记。" not in await officer.page(answer.headers["location"])


async def test_errors_are_said_per_field_and_everything_typed_is_kept(desk: TestNode, officer: OfficerClient) -> None:
    typed = {
        "serial": "xx", "title": "短", "category": "F9.9", "weight": "grave", "amount": "一百", "due_on": "2026-02-30", "tags": ["ecology"],
        "remark": "<b>照写</b>", "measures.0.what": "清查资产", "measures.0.who": "finance", "measures.0.until": "明天", "measures.4.what": "建章立制",
    }
    answer = await officer.submit(f"{URL}/new", **typed)
    assert answer.status_code == 422
    for text in (
        "格式不正确", "至少填写 4 个字", "应填写数字", "应填写日期", "&lt;b&gt;照写&lt;/b&gt;", 'value="xx"', 'value="清查资产"', 'value="建章立制"',
        'value="明天"', "请填写此项", "未作任何改动", 'href="#f-measures-1-who"',
    ):
        assert text in answer.text, text
    assert re.search(r'value="ecology" checked', answer.text)
    assert await count(desk, "xx") == 0


async def test_rules_over_the_whole_form_and_run_time_choices(officer: OfficerClient) -> None:
    whole = await officer.submit(f"{URL}/new", **{**FINE, "weight": "grave"})
    assert "重大问题必须填写整改期限" in whole.text
    outside = await officer.post(LEDGER.api_url, {**FINE, "category": "F9.9"})
    assert outside.status_code == 422
    assert outside.json()["facts"]["fields"] == [{"path": "category", "message": "请从所列选项中选择"}]


async def test_a_form_sent_twice_is_done_once(desk: TestNode, officer: OfficerClient) -> None:
    form = await open_form(officer, f"{URL}/new")
    first, second = await asyncio.gather(*(officer.submit(f"{URL}/new", **form, **FINE) for _ in range(2)))
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert await count(desk) == 1
    changed = await officer.submit(f"{URL}/new", **form, **{**FINE, "serial": "YL-09-002"})
    assert changed.status_code == 409
    assert "打开已提交的记录" in changed.text
    assert 'value="YL-09-002"' in changed.text
    again = await officer.submit(f"{URL}/new", submission=hidden(changed.text, "submission"), **{**FINE, "serial": "YL-09-002"})
    assert again.status_code == 303


async def test_what_a_form_said_cannot_be_guessed_from_its_token(desk: TestNode, officer: OfficerClient) -> None:
    form = await open_form(officer, f"{URL}/new")
    await officer.submit(f"{URL}/new", **form, **FINE)
    kept = await desk.scalar("SELECT fingerprint FROM nodekit.submissions WHERE token = :token", token=form["submission"])
    typed = read_form(LEDGER.create.form, FormData(FINE))
    guess = fingerprint(f"{URL}//create", typed)
    assert kept != guess
    assert kept == desk.node.vault.keyed_hash(guess, "submission")


async def test_a_stale_form_keeps_what_was_typed(officer: OfficerClient, clerk: OfficerClient, matter: dict) -> None:
    await officer.act(URL, matter["id"], "start")
    mine = await open_form(clerk, f"{matter['url']}/answer")
    await officer.act(URL, matter["id"], "answer", result="先办了", share=10)
    late = await clerk.submit(f"{matter['url']}/answer", **mine, result="我写的办理经过", share="60")
    assert late.status_code == 409
    for text in ("已被他人更新", "我写的办理经过", "提交办理结果", "经办人甲"):
        assert text in late.text


async def test_a_refusal_of_the_command_undoes_everything(desk: TestNode, officer: OfficerClient, matter: dict) -> None:
    await officer.act(URL, matter["id"], "start")
    form = await open_form(officer, f"{matter['url']}/answer")
    audited = await desk.scalar("SELECT count(*) FROM nodekit.audit_log")
    refused = await officer.submit(f"{matter['url']}/answer", **form, result="已办", share="50")
    assert refused.status_code == 409
    assert "办理结果过于简单" in refused.text
    assert "不应看到" not in refused.text
    assert 'value="50"' in refused.text
    record = await officer.record(URL, matter["id"])
    assert (record["status"], record["share"], record["version"]) == ("handling", 0, 2)
    assert await desk.scalar("SELECT count(*) FROM nodekit.audit_log") == audited
    done = await officer.submit(f"{matter['url']}/answer", **form, result="已整改到位", share="50")
    assert done.status_code == 303, "the token of a refused form is still good"


async def test_a_taken_serial_is_a_conflict_not_a_crash(officer: OfficerClient, matter: dict) -> None:
    answer = await officer.submit(f"{URL}/new", **FINE)
    assert answer.status_code == 409
    assert "与已有记录重复" in answer.text


async def test_wrong_state_and_missing_permission(officer: OfficerClient, clerk: OfficerClient, matter: dict) -> None:
    early = await officer.post(f"{LEDGER.api_url}/{matter['id']}/answer", {"result": "办好了", "share": 1})
    assert (early.status_code, early.json()["code"]) == (409, "node.step_not_allowed")
    assert "待办理" in early.json()["message"]
    forbidden = await clerk.post(f"{LEDGER.api_url}/{matter['id']}/close")
    assert (forbidden.status_code, forbidden.json()["facts"]) == (403, {"permission": "sample.close"})
    assert (await clerk.http.get(f"{matter['url']}/close")).status_code == 403


async def test_json_is_idempotent_and_version_safe(desk: TestNode, officer: OfficerClient) -> None:
    first, second = [await officer.post(LEDGER.api_url, FINE, **{"Idempotency-Key": "one"}) for _ in range(2)]
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert first.headers["location"] == first.json()["url"]
    other = await officer.post(LEDGER.api_url, {**FINE, "serial": "YL-09-005"}, **{"Idempotency-Key": "one"})
    assert (other.status_code, other.json()["code"]) == (409, "input.already_submitted")
    start = f"{LEDGER.api_url}/{first.json()['id']}/start"
    assert (await officer.post(start, **{"If-Match": '"7"'})).json()["code"] == "node.stale_form"
    assert (await officer.post(start, **{"If-Match": "x"})).status_code == 422
    done = await officer.post(start, **{"If-Match": '"1"'})
    assert (done.status_code, done.json()["status"], done.json()["version"]) == (200, "handling", 2)
    assert await count(desk) == 1


async def test_record_names_the_actions_offered(officer: OfficerClient, clerk: OfficerClient, matter: dict) -> None:
    assert (await officer.record(URL, matter["id"]))["actions"] == ["start", "give_back"]
    await officer.act(URL, matter["id"], "start")
    await officer.act(URL, matter["id"], "answer", result="已整改", share=100)
    assert (await officer.record(URL, matter["id"]))["actions"] == ["close"]
    assert (await clerk.record(URL, matter["id"]))["actions"] == []
    assert (await officer.act(URL, matter["id"], "close"))["status_label"] == "已销号"


async def test_openapi_shows_forms_answers_and_refusals(desk: TestNode) -> None:
    document = desk.app.openapi()
    create = document["paths"][LEDGER.api_url]["post"]
    assert create["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/NewMatter")
    answer = document["paths"][f"{LEDGER.api_url}/{{record_id}}/answer"]["post"]
    assert "sample.too_early" in answer["responses"]["409"]["description"]
    assert {p["name"] for p in answer["parameters"]} >= {"record_id", "Idempotency-Key", "If-Match"}
    assert URL not in document["paths"]


@pytest.mark.parametrize("text", ["a\x00bcd", "ab\x1bcd", "abc\u202edef", "\ufffeabcd"])
async def test_hostile_text_is_refused_never_a_crash(officer: OfficerClient, matter: dict, text: str) -> None:
    assert (await officer.post(LEDGER.api_url, {**FINE, "title": text})).status_code == 422
    assert (await officer.submit(f"{URL}/new", **{**FINE, "title": text})).status_code == 422
    assert (await officer.http.get(URL, params={"q": text})).status_code == 422
    assert (await officer.post(f"{LEDGER.api_url}/{matter['id']}/give-back", {"reason": text})).status_code == 422


async def test_lone_surrogates_and_broken_bodies(officer: OfficerClient) -> None:
    headers = {"X-CSRF-Token": officer.csrf, "Content-Type": "application/json"}
    for body in (b'{"title": "\\ud800abc"}', b'{"title": "\xff"}', b"{", b"[" * 20_000, b'"text"', b"null", b'{"amount": 1e999}'):
        answer = await officer.http.post(LEDGER.api_url, content=body, headers=headers)
        assert answer.status_code in (400, 422), (body[:30], answer.status_code)
        assert answer.json()["message"]
