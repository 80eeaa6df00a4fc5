"""The exchange over real nats-servers: through hubs, with the link down and up again, with a node restarted in mid-flow.

What is proved over the fake network elsewhere is not repeated; here it is the servers' turn.
"""

from __future__ import annotations

import gzip
import os
from pathlib import Path

from opentelemetry import propagate, trace

from nodekit.node import Node
from nodekit.opening import OfficeIdentity
from nodekit.spec import NodeSpec
from nodekit.telemetry import configure_tracing
from nodekit.testing import TestNode, eventually
from shared_schemas.offices import OfficeKind, Tier
from tests.federation.clue_transfer.offices import BODY, CANARY, CITY, COUNTY, DESK, ISSUED, RECEIVED, SPECS, Desk, Issuing

PROVINCE = "990000-inspection"
HUB = NodeSpec(service="hub", kind=OfficeKind.INSPECTION, tiers=tuple(Tier), slices=())
OFFICES = {PROVINCE: HUB, CITY: SPECS[CITY], COUNTY: SPECS[COUNTY], DESK: SPECS[DESK]}


async def test_a_clue_goes_and_comes_back_in_one_trace_and_nobody_on_the_way_can_read_it(over_nats, tmp_path: Path) -> None:
    store = configure_tracing("federation")
    async with over_nats(OFFICES) as net:
        county, desk = await Issuing.of(net.fed[COUNTY]), await Desk.of(net.fed[DESK])
        clue = await county.approved()
        await county.clerk.act(ISSUED, clue, "seal", handed_over_by="经办人戊")
        with trace.get_tracer("test").start_as_current_span("click") as click:
            propagate.inject(county.clerk.http.headers)  # as a browser's gateway would
            await county.clerk.act(ISSUED, clue, "send")
        await net.fed.settle()
        row = await desk.only()
        await desk.assigned(row["id"])
        await desk.disposed(row["id"])
        await desk.handler.act(RECEIVED, row["id"], "feed-back", case_filed=0, text="经核实不属实")
        await net.fed.settle()
        assert (await county.clerk.record(ISSUED, clue))["status"] == "feedback_received"
        names = [span.name for span in store.spans(click.get_span_context().trace_id)]
        assert {"delivery.send", "delivery.receive", "delivery.apply"} <= set(names), names
        assert "link.forward" in names, "the hop over the link belongs to the same trace"
        bodies = [BODY["person"], BODY["statement"], CANARY, "经核实不属实"]
    assert found_in(tmp_path / "nats", bodies) == []


async def test_with_the_link_down_officers_work_and_everything_arrives_once_when_it_is_back(over_nats) -> None:
    async with over_nats(OFFICES) as net:
        county, desk = await Issuing.of(net.fed[COUNTY]), await Desk.of(net.fed[DESK])
        await net.servers.proxies[DESK].cut()
        first, second = await county.sent(), await county.sent(statement="第二件,断网期间移交。")
        assert [(await county.clerk.record(ISSUED, clue))["status"] for clue in (first, second)] == ["sent", "sent"]
        assert await desk.intake.list(RECEIVED) == []
        await net.servers.proxies[DESK].heal()
        await net.fed.settle(60)
        assert [row["serial"] for row in await desk.intake.list(RECEIVED, sort="serial")] == ["YL-01-X01", "YL-01-X02"]
        assert await net.fed[DESK].scalar("SELECT count(*) FROM nodekit.handled WHERE handler LIKE 'clue_transfer.receiver.%'") == 2


async def test_a_node_restarted_in_mid_flow_goes_on_from_its_database(over_nats) -> None:
    async with over_nats(OFFICES) as net:
        county, desk = await Issuing.of(net.fed[COUNTY]), await Desk.of(net.fed[DESK])
        clue = await county.sent()
        await net.fed.settle()
        await net.fed[COUNTY].node.stop()
        row = await desk.only()
        await desk.assigned(row["id"])
        again = reopened(net.fed[COUNTY].node, net.servers.bus(COUNTY))
        await again.prepare()
        await again.start()
        try:
            restarted = TestNode(again)
            clerk = await restarted.login("office_clerk", "office_director", username="after")

            async def signed() -> bool:
                rows = await clerk.list(ISSUED)
                return [entry["status"] for entry in rows] == ["signed"]

            await eventually(signed, within_s=60, what="the signature reaches the restarted office")
            assert await restarted.scalar("SELECT count(*) FROM clue_transfer_issuer.clues WHERE id = :id", id=clue) == 1
        finally:
            await again.stop()


async def test_a_wiped_message_store_loses_nothing(over_nats) -> None:
    async with over_nats(OFFICES) as net:
        county, desk = await Issuing.of(net.fed[COUNTY]), await Desk.of(net.fed[DESK])
        await net.servers.servers[COUNTY].kill()
        await county.sent()
        net.servers.servers[COUNTY].wipe()
        await net.servers.servers[COUNTY].start()
        await net.fed.settle(90)
        assert (await desk.only())["status"] == "delivered"


def reopened(node: Node, bus) -> Node:
    """The same office on the same database, as after a restart of its process."""
    settings = node.settings
    identity = OfficeIdentity.load(settings.office, settings.offices_file, settings.directory_file, settings.keys_dir)
    return Node(node.spec, settings, bus=bus, identity=identity)


def found_in(folder: Path, texts: list[str]) -> list[tuple[str, str]]:
    """Where any of the texts stands in any file, in the encodings a store might use."""
    needles = {text: [text.encode(), text.encode("utf-16-le"), ascii(text)[1:-1].encode()] for text in texts}
    hits = []
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            plain = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
            hits += [(text, os.fspath(path)) for text, forms in needles.items() for form in forms if form in plain]
    return hits


def test_the_search_itself_finds_a_planted_text(tmp_path: Path) -> None:
    (tmp_path / "block").write_bytes(b"\x00" * 10 + CANARY.encode() + b"\xff")
    assert found_in(tmp_path, [CANARY]) == [(CANARY, os.fspath(tmp_path / "block"))]


