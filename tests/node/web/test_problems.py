"""Errors, headers and limits hold for every route."""

import pytest
import structlog.testing

from nodekit.testing import OfficerClient, TestNode
from nodekit.web.security import BODY_BYTES_MAX
from tests.node.web.sample import LEDGER

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_every_answer_carries_the_policy_and_is_not_kept(officer: OfficerClient) -> None:
    for url in (LEDGER.url, LEDGER.api_url, "/nowhere", "/login"):
        headers = (await officer.http.get(url)).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


async def test_pages_hold_no_inline_script_or_style(officer: OfficerClient) -> None:
    for url in (LEDGER.url, f"{LEDGER.url}/new"):
        html = await officer.page(url)
        assert "<script>" not in html
        assert " style=" not in html
        assert " onclick=" not in html
        assert "http://" not in html.replace("http://www.w3.org", "")


@pytest.mark.parametrize(
    ("method", "url", "status", "words"),
    [
        ("GET", "/nowhere", 404, "没有这个页面"), ("GET", f"{LEDGER.url}/not-an-id", 404, "未找到"), ("DELETE", LEDGER.url, 405, "不支持这种操作"),
        ("GET", f"{LEDGER.url}/export.pdf", 404, "未找到"), ("GET", "/static/../app.py", 404, "没有这个页面"), ("GET", "/a%00b", 422, "控制字符"),
    ],
)
async def test_errors_are_chinese_pages_or_json(officer: OfficerClient, method: str, url: str, status: int, words: str) -> None:
    headers = {"X-CSRF-Token": officer.csrf}
    page = await officer.http.request(method, url, headers=headers)
    assert (page.status_code, words in page.text, "<html" in page.text) == (status, True, True)
    data = await officer.http.request(method, url, headers={**headers, "Accept": "application/json"})
    assert data.status_code == status
    assert words in data.json()["message"] + data.json()["hint"]


async def test_strangers_are_led_to_the_sign_in_page_and_back(desk: TestNode) -> None:
    async with desk.http() as http:
        page = await http.get(LEDGER.url, params={"q": "补贴"})
        assert page.status_code == 303
        assert page.headers["location"].startswith("/login?next=/sample/open-matters%3Fq%3D")
        assert (await http.get(LEDGER.api_url)).json()["code"] == "node.not_signed_in"
        assert (await http.get("/login")).text.count("<form") == 1


async def test_bodies_are_bounded(officer: OfficerClient) -> None:
    headers = {"X-CSRF-Token": officer.csrf, "Content-Type": "application/json"}
    big = b'{"title": "' + b"x" * BODY_BYTES_MAX + b'"}'
    answer = await officer.http.post(LEDGER.api_url, content=big, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "http.request_entity_too_large")

    async def drip():
        for _ in range(20):
            yield b"x" * 100_000

    cut = await officer.http.post(LEDGER.api_url, content=drip(), headers=headers)
    assert cut.status_code == 413


async def test_static_files_are_kept_and_compressed(desk: TestNode) -> None:
    async with desk.http() as http:
        answer = await http.get("/static/app.css?v=1")
        assert "immutable" in answer.headers["cache-control"]
        assert (await http.get("/static/app.css")).headers["cache-control"].endswith("max-age=600")
        assert (await http.get("/favicon.ico", follow_redirects=True)).headers["content-type"].startswith("image/svg")


async def test_a_bug_answers_with_a_reference_and_nothing_of_the_inside(
    officer: OfficerClient, desk: TestNode, monkeypatch: pytest.MonkeyPatch
) -> None:

    async def broken(*_: object) -> None:
        raise RuntimeError("table sample_desk.matter exploded")

    monkeypatch.setattr("nodekit.web.ledger_routes.count_tabs", broken)
    with structlog.testing.capture_logs() as said:
        page = await officer.http.get(LEDGER.url)
    assert page.status_code == 500
    assert "编号" in page.text
    assert "exploded" not in page.text + "".join(str(entry) for entry in said)
    assert said[0]["at"][-1].endswith(" broken")
    assert page.headers["content-security-policy"]
