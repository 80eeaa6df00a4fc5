"""Doors tried without the key: refused, and on record although the request came to nothing. Taking rows away may need more than seeing them."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
import sqlalchemy as sa

from nodekit.app import build_app
from nodekit.spec import Permission
from nodekit.testing import OfficerClient, TestNode
from tests.node.web.sample import LEDGER

pytestmark = pytest.mark.asyncio(loop_scope="package")
URL = LEDGER.url


async def denials(office: TestNode) -> list[tuple[str, str, str]]:
    """(who, where, which permission), oldest first."""
    query = sa.text("SELECT officer_name, subject, facts->>'permission', facts->>'method' FROM nodekit.audit_log WHERE action = 'identity.denied' ORDER BY seq")
    async with office.node.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(query)]


@pytest_asyncio.fixture(loop_scope="package")
async def outsider(office: TestNode) -> AsyncIterator[OfficerClient]:
    """Signed in, without any post of this work."""
    client = await office.login("info_officer")
    yield client
    await client.http.aclose()


async def test_every_way_into_a_ledger_leaves_the_try_on_record(desk: TestNode, outsider: OfficerClient) -> None:
    before = len(await denials(desk))
    row = await desk.scalar(f"SELECT id FROM {LEDGER.model.__table__.fullname} LIMIT 1")
    for url in (URL, f"{URL}/export.xlsx", f"{URL}/{row}", f"{URL}/new", f"/api{URL}", f"/api{URL}/{row}"):
        assert (await outsider.get(url)).status_code == 403, url
    assert (await outsider.post(f"/api{URL}", {})).status_code in {403, 422}
    tried = (await denials(desk))[before:]
    assert [where for _, where, _, _ in tried[:6]] == [URL, f"{URL}/export.xlsx", f"{URL}/{row}", f"{URL}/new", f"/api{URL}", f"/api{URL}/{row}"]
    assert {permission for _, _, permission, _ in tried} == {"sample.read"}


async def test_an_act_without_the_post_changes_nothing_and_is_on_record(desk: TestNode, officer: OfficerClient, clerk: OfficerClient, matter: dict) -> None:
    before = len(await denials(desk))
    answer = await clerk.post(f"/api{URL}/{matter['id']}/close", {"note": "办结"})
    assert answer.status_code in {403, 422}
    if answer.status_code == 403:
        assert (await denials(desk))[before:][-1][2:] == ("sample.close", "POST")
    assert (await officer.record(URL, matter["id"]))["status"] == matter["status"]
    page = await clerk.submit(f"{URL}/{matter['id']}/close", note="办结", version="1")
    assert page.status_code == 403
    assert (await denials(desk))[-1][2:] == ("sample.close", "POST")


async def test_a_stranger_leaves_no_name_to_record(desk: TestNode) -> None:
    before = await denials(desk)
    async with desk.http() as stranger:
        assert (await stranger.get(f"/api{URL}")).status_code == 401
    assert await denials(desk) == before


async def test_taking_the_rows_away_asks_for_its_own_permission(desk: TestNode, officer: OfficerClient, clerk: OfficerClient) -> None:
    spec = desk.node.spec
    strict = replace(LEDGER, export_permission="sample.take")
    taker = Permission("sample.take", "导出问题台账", frozenset({"office_director"}))
    part = replace(spec.slices[0], ledgers=(strict,), permissions=(*spec.slices[0].permissions, taker))
    desk.node.spec = replace(spec, slices=(part,))
    try:
        app = build_app(desk.node.spec, desk.node, run_node=False)
        for client, status in ((officer, 200), (clerk, 403)):
            client.http._transport.app = app  # type: ignore[attr-defined]
            assert (await client.get(f"{URL}/export.xlsx")).status_code == status
            assert ("导出Excel" in await client.page(URL)) is (status == 200)
    finally:
        desk.node.spec = spec
        for client in (officer, clerk):
            client.http._transport.app = desk.app  # type: ignore[attr-defined]
    assert (await denials(desk))[-1][2] == "sample.take"
