"""Sessions: opened by a password, ended by the clock, the officer, or an administrator, always on the server."""

import hashlib

import pytest

from tests.node.identity.conftest import OFFICE, PASSWORD, House

COOKIE = f"liandong_{OFFICE}"


async def test_a_session_says_who_is_there_and_what_he_may_do(house: House) -> None:
    await house.account("audit", "audit_officer")
    browser = house.browser()
    answer = (await browser.sign_in("AUDIT")).json()
    assert (answer["username"], answer["office"], [post["label"] for post in answer["posts"]]) == ("audit", OFFICE, ["安全审计员"])
    assert "audit.read" in answer["permissions"]
    assert (await browser.http.get("/api/session")).json() == answer


async def test_the_cookie_is_out_of_reach_of_scripts_and_not_in_the_database(house: House) -> None:
    await house.account("clerk", "office_clerk")
    browser = house.browser()
    header = (await browser.sign_in("clerk")).headers.get_list("set-cookie")
    session = next(line for line in header if line.startswith(COOKIE + "="))
    assert "HttpOnly" in session
    assert "SameSite=lax" in session
    token = browser.http.cookies[COOKIE]
    stored = await house.scalar("SELECT token_hash FROM nodekit.sessions")
    assert stored == hashlib.sha256(token.encode()).hexdigest()
    assert len(token) >= 43


async def test_behind_https_the_cookies_are_secure(house: House) -> None:
    house.node.settings.secure_cookies = True
    await house.account("clerk")
    answer = await house.browser().sign_in("clerk")
    assert all("Secure" in line for line in answer.headers.get_list("set-cookie"))


async def test_every_sign_in_gives_a_new_id_and_ends_the_one_brought_along(house: House) -> None:
    await house.account("clerk")
    browser = house.browser()
    await browser.sign_in("clerk")
    first = browser.http.cookies[COOKIE]
    await browser.sign_in("clerk")
    assert browser.http.cookies[COOKIE] != first
    other = house.browser()
    other.http.cookies.set(COOKIE, first)
    assert await other.who() == 401


async def test_a_planted_id_is_never_taken_over(house: House) -> None:
    await house.account("clerk")
    browser = house.browser()
    browser.http.cookies.set(COOKIE, "planted-by-somebody")
    await browser.sign_in("clerk")
    assert "planted-by-somebody" not in browser.http.cookies.get(COOKIE, domain=f"{OFFICE}.test")


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 401)])
async def test_an_idle_session_ends_after_half_an_hour(house: House, minutes: int, status: int) -> None:
    await house.account("clerk")
    browser = house.browser()
    await browser.sign_in("clerk")
    house.clock.forward(minutes=minutes)
    assert await browser.who() == status


async def test_a_busy_session_ends_after_eight_hours(house: House) -> None:
    await house.account("clerk")
    browser = house.browser()
    await browser.sign_in("clerk")
    for _ in range(19):
        house.clock.forward(minutes=25)
        assert await browser.who() == 200
    house.clock.forward(minutes=10)
    assert await browser.who() == 401


async def test_signing_out_ends_the_session_on_the_server(house: House) -> None:
    await house.account("clerk")
    browser, thief = house.browser(), house.browser("10.9.9.9")
    await browser.sign_in("clerk")
    thief.http.cookies.set(COOKIE, browser.http.cookies[COOKIE])
    assert await thief.who() == 200
    assert (await browser.submit("/logout")).status_code == 303
    assert await thief.who() == 401
    assert (await house.actions())[-2:] == ["identity.signed_in", "identity.signed_out"]


async def test_the_api_signs_out_too(house: House) -> None:
    await house.account("clerk")
    browser = house.browser()
    await browser.sign_in("clerk")
    assert (await browser.http.delete("/api/session", headers={"X-CSRF-Token": browser.csrf})).status_code == 204
    assert await browser.who() == 401


async def test_a_disabled_account_is_out_with_the_next_request(house: House) -> None:
    clerk = await house.account("clerk", "office_clerk")
    await house.account("admin", "sys_admin")
    browser, admin = house.browser(), house.browser()
    await browser.sign_in("clerk")
    await admin.sign_in("admin")
    assert (await admin.submit(f"/admin/accounts/{clerk}/disable", reason="调离")).status_code == 303
    assert await browser.who() == 401
    assert (await browser.sign_in("clerk")).json()["code"] == "identity.wrong_login"


async def test_a_change_of_posts_ends_the_sessions_of_the_account(house: House) -> None:
    clerk = await house.account("clerk", "office_clerk")
    await house.account("security", "security_officer")
    browser, security = house.browser(), house.browser()
    await browser.sign_in("clerk")
    await security.sign_in("security")
    assert (await security.submit(f"/admin/accounts/{clerk}/posts", posts=["office_clerk", "info_officer"])).status_code == 303
    assert await browser.who() == 401
    assert {post["code"] for post in (await browser.sign_in("clerk")).json()["posts"]} == {"office_clerk", "info_officer"}


async def test_only_so_many_sessions_per_account(house: House) -> None:
    await house.account("clerk")
    browsers = [house.browser() for _ in range(9)]
    for browser in browsers:
        await browser.sign_in("clerk")
        house.clock.forward(seconds=1)
    assert [await browser.who() for browser in browsers] == [401] + [200] * 8


async def test_a_changed_password_ends_all_other_sessions_and_renews_the_id(house: House) -> None:
    await house.account("clerk")
    here, elsewhere = house.browser(), house.browser("10.2.2.2")
    await here.sign_in("clerk")
    await elsewhere.sign_in("clerk")
    before = here.http.cookies[COOKIE]
    answer = await here.submit("/account/password", current=PASSWORD, new="brand-new-passphrase-9", again="brand-new-passphrase-9")
    assert answer.status_code == 303
    assert (await here.who(), await elsewhere.who()) == (200, 401)
    assert here.http.cookies[COOKIE] != before
    assert (await elsewhere.sign_in("clerk")).status_code == 401
    assert (await elsewhere.sign_in("clerk", "brand-new-passphrase-9")).status_code == 200


async def test_a_wrong_current_password_changes_nothing(house: House) -> None:
    await house.account("clerk")
    browser = house.browser()
    await browser.sign_in("clerk")
    answer = await browser.submit("/account/password", current="not-the-password", new="brand-new-passphrase-9", again="brand-new-passphrase-9")
    assert answer.status_code == 401
    assert (await browser.sign_in("clerk")).status_code == 200


async def test_a_one_time_password_opens_only_the_page_to_change_it(house: House) -> None:
    await house.account("clerk", "audit_officer", must_change=True)
    browser = house.browser()
    assert (await browser.sign_in("clerk")).json()["must_change"] is True
    refused = await browser.http.get("/audit", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (403, "identity.password_must_change")
    assert (await browser.http.get("/account")).status_code == 200
    await browser.submit("/account/password", current=PASSWORD, new="brand-new-passphrase-9", again="brand-new-passphrase-9")
    assert (await browser.http.get("/audit")).status_code == 200


async def test_without_a_session_a_page_leads_to_the_sign_in_and_back(house: House) -> None:
    await house.account("audit", "audit_officer")
    browser = house.browser()
    answer = await browser.http.get("/audit?who=x", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/audit%3Fwho%3Dx")
    signed_in = await browser.submit("/login", username="audit", password=PASSWORD, next="/audit?who=x")
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/audit?who=x")


async def test_the_sign_in_never_leads_to_another_site(house: House) -> None:
    await house.account("clerk")
    for target in ("https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "/a\\b", "/a\nb", ""):
        answer = await house.browser().submit("/login", username="clerk", password=PASSWORD, next=target)
        assert answer.headers.get("location", "/workbench") == "/workbench", target
