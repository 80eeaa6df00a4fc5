"""Keys change over real servers while three tiers exchange: rotated, then stolen, revoked and granted anew. Nobody restarts, nothing is lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from capabilities import clue_transfer
from contracts.evidence.verify_evidence import judge
from nodekit import rekeying
from nodekit.delivery.core import canonical
from nodekit.delivery.core.link import channel_name, signed_data
from nodekit.delivery.core.suite import TAG_WIRE, to_text
from nodekit.delivery.envelope import decode_event, encode_event
from nodekit.ids import new_id
from nodekit.peers.keyfiles import key_id, read_signing
from nodekit.rekeying.acts import ask, countersign, ends, revoke, submit
from nodekit.rekeying.errors import KeyPaperRefused, RekeyingRefused
from nodekit.rekeying.files import read_key_file
from nodekit.spec import NodeSpec
from nodekit.testing import TestNode, eventually
from nodekit.upkeep.check import check_node
from shared_schemas.offices import OfficeKind, Tier
from tests.federation.clue_transfer.offices import CITY, COUNTY, DESK, STUBS, Desk, Issuing

PROVINCE = "990000-inspection"
SEEN = "/clue-transfer/observed-stubs"
FAR_PAST = "2026-03-16T02:00:00Z"


def inspection(service: str, tier: Tier) -> NodeSpec:
    above = () if tier is Tier.COUNTY else (clue_transfer.observer(),)
    return NodeSpec(service=service, kind=OfficeKind.INSPECTION, tiers=(tier,), slices=(clue_transfer.issuer(), *above, rekeying.office()))


SPECS = {
    PROVINCE: inspection("province", Tier.PROVINCE), CITY: inspection("city", Tier.CITY), COUNTY: inspection("county", Tier.COUNTY),
    DESK: NodeSpec(service="discipline_commission", kind=OfficeKind.DISCIPLINE, tiers=tuple(Tier), slices=(clue_transfer.receiver(), rekeying.office())),
}


@pytest.fixture
async def net(over_nats) -> AsyncIterator:
    async with over_nats(SPECS) as running:
        yield running


async def rotated(child: TestNode, parent: TestNode, *, lost: bool = False) -> bytes:
    """Two administrators and a telephone."""
    asked = await ask(child.node.spec, child.node.settings, lost=lost)
    return await countersign(parent.node.spec, parent.node.settings, read_key_file(asked.data), asked.fingerprint[:20])


def in_use(node: TestNode, office: str) -> str:
    used = node.node.keyring.book.in_use(office)
    return used.kid if used else ""


async def everybody_knows(net, office: str, kid: str) -> None:
    async def known() -> bool:
        return all(in_use(node, office) == kid for node in net.fed)

    await eventually(known, within_s=90, what=f"everybody knows the key {kid} of {office}")


async def test_a_key_is_rotated_in_mid_traffic_and_every_chain_verifies(net, tmp_path) -> None:
    county, city = net.fed[COUNTY], net.fed[CITY]
    issuing, desk, watcher = await Issuing.of(county), await Desk.of(net.fed[DESK]), await city.login("office_director")
    clue = await issuing.sent()
    await net.fed.settle(60)
    await desk.assigned((await desk.only())["id"])
    old, told, stop = county.node.keyring.kid, [], asyncio.Event()

    async def exchange() -> None:
        while not stop.is_set():
            told.append((await issuing.clerk.create(STUBS, team="YL-01", cadre_tier="city"))["serial"])
            await asyncio.sleep(0.1)

    talking = asyncio.create_task(exchange())
    try:
        await eventually(lambda: _more(told, 3), what="traffic before")
        await rotated(county, city)
        await eventually(lambda: _kid(county, old), within_s=90, what="the county signs with its new key")
        await everybody_knows(net, COUNTY, county.node.keyring.kid)
        before = len(told)
        await eventually(lambda: _more(told, before + 3), what="traffic after")
    finally:
        stop.set()
        await talking
    await rotated(city, net.fed[PROVINCE])
    await eventually(lambda: _generation(city, 2), within_s=90, what="the city rotates too")
    await everybody_knows(net, CITY, city.node.keyring.kid)
    second = await issuing.sent(statement="换钥之后移交的一件")
    await net.fed.settle(90)

    undecided = await county.scalar("SELECT count(*) FROM nodekit.outbox WHERE dst = :city AND final IS DISTINCT FROM 'accepted'", city=CITY)
    observed = {row["serial"] for page in (1, 2, 3, 4, 5, 6) for row in await watcher.list(SEEN, page=page) if row["origin"] == COUNTY}
    assert undecided == 0 and set(told) <= observed, "nothing of the exchange was lost"
    assert len(await desk.intake.list("/clue-transfer/received")) == 2, "sealed to the desk before and after"
    kids = await city.column("SELECT DISTINCT kid FROM nodekit.in_link WHERE src = :county", county=COUNTY)
    assert set(kids) == {old, county.node.keyring.kid}, "numbered under both keys"
    assert county.node.keyring.fingerprint(COUNTY) == city.node.keyring.fingerprint(COUNTY), "chains stay anchored in the first key"
    for node in net.fed:
        report = await check_node(node.node.spec, node.node.settings)
        assert report.is_clean, [line.problems for line in report.lines if line.wrong]
    assert await _evidence_holds(issuing, county, clue), "an event from before the rotation"
    assert await _evidence_holds(issuing, county, second), "and one from after it"
    page = await (await county.login("sys_admin")).page("/ops/federation")
    assert "第 2 代" in page and "换钥" in page


async def test_a_stolen_key_is_revoked_and_nothing_beyond_its_cut_off_is_accepted(net) -> None:
    county, city = net.fed[COUNTY], net.fed[CITY]
    issuing = await Issuing.of(county)
    await issuing.clerk.create(STUBS, team="YL-01", cadre_tier="city")
    await net.fed.settle(60)
    stolen = read_signing(county.node.settings.keys_dir / "signing.key")
    with pytest.raises(RekeyingRefused, match="现用密钥未撤销"):
        await rotated(county, city, lost=True)
    last = await ends(county.node.spec, county.node.settings)
    await revoke(city.node.spec, city.node.settings, COUNTY, last)

    async def revoked() -> bool:
        return all(in_use(node, COUNTY) == "" for node in net.fed)

    await eventually(revoked, within_s=90, what="everybody knows the revocation")
    cursor = await city.scalar("SELECT cursor FROM nodekit.in_channel WHERE src = :county", county=COUNTY)
    assert cursor == last[channel_name(COUNTY, CITY)]
    refused = await city.scalar("SELECT coalesce(sum(count), 0) FROM nodekit.rejected WHERE src = :county", county=COUNTY)
    for _ in range(3):
        await county.node.bus.send(CITY, await forged(city, stolen, cursor + 1), {})

    async def noticed() -> bool:
        return await city.scalar("SELECT coalesce(sum(count), 0) FROM nodekit.rejected WHERE src = :county", county=COUNTY) >= refused + 3

    await eventually(noticed, within_s=60, what="forgeries are counted and kept")
    assert await city.scalar("SELECT cursor FROM nodekit.in_channel WHERE src = :county", county=COUNTY) == cursor
    page = await (await city.login("sys_admin")).page("/ops/federation")
    assert "已撤销" in page
    waiting = (await issuing.clerk.create(STUBS, team="YL-02", cadre_tier="city"))["serial"]

    await submit(county.node.spec, county.node.settings, read_key_file(await rotated(county, city, lost=True)))
    await eventually(lambda: _generation(county, 2), within_s=90, what="the county has a key again")
    await net.fed.settle(120)
    watcher = await city.login("office_director")
    assert waiting in {row["serial"] for row in await watcher.list(SEEN, per_page=200)}, "what waited arrives under the new key"
    for node in net.fed:
        report = await check_node(node.node.spec, node.node.settings)
        assert report.is_clean, [line.problems for line in report.lines if line.wrong]


async def test_only_a_parent_signs_and_only_what_was_compared(start_federation) -> None:
    async with start_federation({office: SPECS[office] for office in (PROVINCE, CITY, COUNTY)}) as fed:
        county, city, province = fed[COUNTY], fed[CITY], fed[PROVINCE]
        asked = await ask(county.node.spec, county.node.settings)
        again = await ask(county.node.spec, county.node.settings)
        assert asked.fingerprint == again.fingerprint, "asking again asks for the same key"
        file = read_key_file(asked.data)
        with pytest.raises(RekeyingRefused, match="电话核对"):
            await countersign(city.node.spec, city.node.settings, file, "0" * 16)
        with pytest.raises(RekeyingRefused, match="直接下级"):
            await countersign(province.node.spec, province.node.settings, file, asked.fingerprint)
        altered = asked.data.replace(b'\\"n\\":2', b'\\"n\\":3')
        assert altered != asked.data
        with pytest.raises(RekeyingRefused, match="改动"):
            await countersign(city.node.spec, city.node.settings, read_key_file(altered), asked.fingerprint)
        assert in_use(city, COUNTY) == county.node.keyring.kid
        stranger = await ask(city.node.spec, city.node.settings)
        with pytest.raises((RekeyingRefused, KeyPaperRefused)):
            await countersign(city.node.spec, city.node.settings, read_key_file(stranger.data), stranger.fingerprint)


async def forged(city: TestNode, stolen: Any, number: int) -> bytes:
    """Everything right but the key: what a thief would say next."""
    assert city.node.delivery is not None
    event = decode_event(encode_event(
        id=new_id(), src=COUNTY, dst=CITY, type="clue_transfer.stub.v1", agg="case-1", at=FAR_PAST, body={"forged": True},
    ))
    channel, kid = channel_name(COUNTY, CITY), key_id(stolen.public_key())
    prev = await city.scalar("SELECT hash FROM nodekit.in_channel WHERE src = :county", county=COUNTY)
    boot = city.node.delivery._protocol.sessions.of(COUNTY).opened or "0" * 32
    sig = stolen.sign(signed_data(channel, number, prev, event.eh, kid, "intl-1"))
    body = {"seq": number, "prev": prev, "kid": kid, "suite": "intl-1", "sig": to_text(sig), "boot": boot}
    content = canonical.encode({"v": 1, "k": "PKT", "f": COUNTY, "t": CITY, "b": body}) + b"\n" + event.raw
    return f"wir1 intl-1 {kid} {to_text(stolen.sign(TAG_WIRE + content))}\n".encode() + content


async def _evidence_holds(issuing: Issuing, county: TestNode, clue: str) -> bool:
    event_id = await county.scalar(
        "SELECT event_id FROM nodekit.outbox WHERE dst = :desk AND agg = :clue AND type = 'clue_transfer.sealed.v1' ORDER BY seq LIMIT 1", desk=DESK, clue=clue,
    )
    answer = await issuing.head.submit(f"/ops/exchange/events/out/{DESK}/{event_id}/evidence", reason="案件审理调取")
    assert answer.status_code == 200, answer.text
    package = json.loads(answer.content)
    verdict = judge(package, None, {key["office"]: key["fingerprint"] for key in package["keys"]})
    assert verdict.wrong == [], verdict.lines
    return {"sender_signature", "receipt", "content", "introduction", "key_papers"} <= set(verdict.proven)


async def _more(told: list[str], count: int) -> bool:
    return len(told) >= count


async def _kid(node: TestNode, old: str) -> bool:
    return node.node.keyring.kid != old


async def _generation(node: TestNode, n: int) -> bool:
    return node.node.keyring.generation == n
