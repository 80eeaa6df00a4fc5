"""Accounts: two people's work, one-time passwords, nothing on oneself."""

import re

import pytest

from nodekit.errors import InvalidInput
from nodekit.identity.accounts import create_account
from nodekit.identity.errors import PasswordTooWeak, UsernameTaken
from nodekit.identity.posts import PostsNotAllowed
from tests.node.identity.conftest import PASSWORD, House


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"username": "a"}, InvalidInput),
        ({"username": "two words"}, InvalidInput),
        ({"name": " "}, InvalidInput),
        ({"username": "CLERK"}, UsernameTaken),
        ({"password": "short"}, PasswordTooWeak),
        ({"posts": ["sys_admin", "audit_officer"]}, PostsNotAllowed),
        ({"posts": ["discipline_desk"]}, PostsNotAllowed),
    ],
)
async def test_a_wrong_account_is_refused_and_leaves_nothing(house: House, given: dict, refusal: type[Exception]) -> None:
    await house.account("clerk")
    fields = {"username": "fresh", "name": "新人", "password": PASSWORD, "posts": []} | given
    with pytest.raises(refusal):
        async with house.node.unit_of_work() as uow:
            await create_account(uow, **fields)
    assert await house.scalar("SELECT count(*) FROM nodekit.accounts") == 1


async def test_from_nothing_to_work_takes_two_administrators(house: House) -> None:
    await house.account("admin", "sys_admin")
    await house.account("security", "security_officer")
    admin, security, fresh = house.browser(), house.browser(), house.browser()
    await admin.sign_in("admin")
    await security.sign_in("security")
    page = (await admin.submit("/admin/accounts", username="fresh", name="新人")).text
    password = re.search(r"<code[^>]*>([a-z2-9-]{19})</code>", page)
    account = await house.scalar("SELECT id FROM nodekit.accounts WHERE username = 'fresh'")
    assert password
    assert (await admin.submit(f"/admin/accounts/{account}/posts", posts="office_clerk")).status_code == 403
    assert (await security.submit("/admin/accounts", username="mine", name="私设")).status_code == 403
    assert (await security.submit(f"/admin/accounts/{account}/posts", posts="office_clerk")).status_code == 303
    signed_in = (await fresh.sign_in("fresh", password[1])).json()
    assert (signed_in["must_change"], [post["code"] for post in signed_in["posts"]]) == (True, ["office_clerk"])
    assert password[1] not in str(await house.scalar("SELECT json_agg(a)::text FROM nodekit.audit_log a"))


async def test_nobody_acts_on_himself(house: House) -> None:
    admin_id = await house.account("admin", "sys_admin")
    security_id = await house.account("security", "security_officer")
    admin, security = house.browser(), house.browser()
    await admin.sign_in("admin")
    await security.sign_in("security")
    for browser, path in ((admin, f"{admin_id}/disable"), (admin, f"{admin_id}/reset"), (security, f"{security_id}/posts")):
        answer = await browser.submit(f"/admin/accounts/{path}", posts="office_director")
        assert answer.status_code == 403
        assert "不能对本人账号" in answer.text


async def test_two_admin_duties_are_refused_on_the_page_and_stay_ticked(house: House) -> None:
    clerk = await house.account("clerk", "sys_admin")
    await house.account("security", "security_officer")
    security = house.browser()
    await security.sign_in("security")
    answer = await security.submit(f"/admin/accounts/{clerk}/posts", posts=["sys_admin", "audit_officer"])
    assert answer.status_code == 422
    assert "不能由一人兼任" in answer.text
    assert re.search(r'value="audit_officer" checked', answer.text)
    assert await house.scalar("SELECT count(*) FROM nodekit.account_posts WHERE account_id = CAST(:id AS uuid)", id=clerk) == 1


async def test_a_reset_ends_the_sessions_and_the_old_password(house: House) -> None:
    clerk = await house.account("clerk")
    await house.account("admin", "sys_admin")
    browser, admin = house.browser(), house.browser()
    await browser.sign_in("clerk")
    await admin.sign_in("admin")
    assert "一次性密码" in (await admin.submit(f"/admin/accounts/{clerk}/reset")).text
    assert await browser.who() == 401
    assert (await browser.sign_in("clerk")).status_code == 401


async def test_a_disabled_account_can_be_opened_again(house: House) -> None:
    clerk = await house.account("clerk")
    await house.account("admin", "sys_admin")
    admin, browser = house.browser(), house.browser()
    await admin.sign_in("admin")
    await admin.submit(f"/admin/accounts/{clerk}/disable", reason="借调")
    assert "已停用" in (await admin.http.get(f"/admin/accounts/{clerk}")).text
    await admin.submit(f"/admin/accounts/{clerk}/enable")
    assert (await browser.sign_in("clerk")).status_code == 200


async def test_pages_render_for_everybody_who_may_see_them(house: House) -> None:
    await house.account("admin", "sys_admin")
    browser = house.browser()
    await browser.sign_in("admin")
    for path, word in (
        ("/account", "我的账号"),
        ("/admin/accounts", "用户与岗位"),
        ("/deadlines", "期限规则"),
        ("/deadlines?item=rectification.report", "2017-07-01"),
    ):
        answer = await browser.http.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200, path
        assert word in answer.text
    assert (await browser.http.get("/admin/accounts/00000000-0000-7000-8000-000000000000")).status_code == 404
    assert (await browser.http.get("/login", follow_redirects=False)).status_code == 303
    assert "登录" in (await house.browser().http.get("/login")).text
