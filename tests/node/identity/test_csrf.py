"""No other site acts in an officer's name."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi.routing import APIRoute

from tests.node.identity.conftest import OFFICE, House

HOST = f"{OFFICE}.test"
FOREIGN = [
    {"Origin": "http://evil.test"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": f"http://{HOST}"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.test"},
    {"Origin": f"http://{HOST}.evil.test"},
    {"Origin": f"http://{HOST}:81"},
]
OWN = [
    {},
    {"Origin": f"http://{HOST}"},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{HOST}"},
]


def all_routes(routes: Iterable[Any]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from all_routes(route.original_router.routes)


def unsafe_paths(house: House) -> list[tuple[str, str]]:
    found = []
    for route in all_routes(house.app.routes):
        path = re.sub(r"\{[^}]+\}", "00000000-0000-7000-8000-000000000000", route.path)
        found += [(method, path) for method in route.methods - {"GET", "HEAD", "OPTIONS"}]
    return found


async def test_every_unsafe_route_refuses_without_and_with_a_wrong_token(house: House) -> None:
    await house.account("admin", "sys_admin")
    await house.account("other")
    browser, other = house.browser(), house.browser()
    await browser.sign_in("admin")
    await other.sign_in("other")
    routes = unsafe_paths(house)
    assert len(routes) >= 10
    before = await house.actions()
    for method, path in routes:
        if (method, path) in {("POST", "/login"), ("POST", "/api/session")}:
            continue
        for token in (None, "", "0" * 64, other.csrf, browser.csrf[:-1], browser.csrf + "0"):
            headers = {"Accept": "application/json"} | ({} if token is None else {"X-CSRF-Token": token})
            answer = await browser.http.request(method, path, json={}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "identity.cross_site"), (method, path, token)
    assert await house.actions() == before
    assert await browser.who() == 200


async def test_a_foreign_origin_is_refused_even_with_the_token(house: House) -> None:
    await house.account("clerk")
    browser = house.browser()
    await browser.sign_in("clerk")
    for headers in FOREIGN:
        answer = await browser.http.post("/logout", headers={**headers, "X-CSRF-Token": browser.csrf, "Accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (403, "identity.cross_site"), headers
    assert await browser.who() == 200


async def test_our_own_page_passes_with_the_token(house: House) -> None:
    await house.account("clerk")
    for headers in OWN:
        browser = house.browser()
        await browser.sign_in("clerk")
        assert (await browser.http.post("/logout", headers={**headers, "X-CSRF-Token": browser.csrf})).status_code == 303, headers
        assert await browser.who() == 401


async def test_nobody_is_signed_in_from_another_site(house: House) -> None:
    await house.account("clerk")
    answer = await house.browser().http.post(
        "/api/session", json={"username": "clerk", "password": "Correct-horse-battery-7"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


async def test_the_public_address_counts_as_our_own(house: House) -> None:
    house.node.settings.public_url = "https://xuncha.county.example"
    await house.account("clerk")
    browser = house.browser()
    await browser.sign_in("clerk")
    answer = await browser.http.post("/logout", headers={"Origin": "https://xuncha.county.example", "X-CSRF-Token": browser.csrf})
    assert answer.status_code == 303


async def test_a_form_field_carries_the_token_as_well(house: House) -> None:
    await house.account("clerk")
    browser = house.browser()
    await browser.sign_in("clerk")
    assert (await browser.http.post("/account/sessions/end", data={"csrf": "no"})).status_code == 403
    assert (await browser.http.post("/account/sessions/end", data={"csrf": browser.csrf})).status_code == 303
    assert (await browser.http.post("/account/sessions/end", files={"csrf": (None, browser.csrf)})).status_code == 303
