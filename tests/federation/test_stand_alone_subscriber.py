"""A commission's own system, with contracts and its own credentials alone: reads the desk's clue stream, opens a clue, answers with a receipt."""

from __future__ import annotations

import ast
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from nodekit.testing import eventually
from tests.federation.clue_transfer.offices import BODY, CITY, COUNTY, DESK, ISSUED, SPECS, Issuing
from tests.federation.test_over_nats import HUB, PROVINCE

PROGRAM = Path(__file__).parents[2] / "contracts" / "subscriber" / "clue_subscriber.py"


def test_the_program_needs_nothing_of_the_project() -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(PROGRAM.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert imported - sys.stdlib_module_names == {"nats", "cryptography"}


async def test_it_opens_a_clue_and_the_county_sees_it_accepted(over_nats, tmp_path: Path) -> None:
    offices = {PROVINCE: HUB, CITY: SPECS[CITY], COUNTY: SPECS[COUNTY], DESK: SPECS[DESK]}
    async with over_nats(offices) as net:
        desk = net.fed[DESK].node
        await desk.delivery.stop()
        county = await Issuing.of(net.fed[COUNTY])
        clue = await county.sent()
        access = net.servers.access(DESK)
        keys = tmp_path / "nkey"
        keys.write_text(access.keys.seed("subscriber"))
        keys.chmod(0o600)
        relay = net.servers.bus(DESK)  # the desk's server keeps its link and its streams; only the node's own reader is gone

        async def nobody_reads(_wires) -> None:
            await asyncio.Event().wait()

        await relay.start(nobody_reads)
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(PROGRAM), "--server", access.url, "--nkey", str(keys), "--office", DESK,
            "--keys", str(tmp_path / "keys" / DESK / "keys"), "--directory", str(tmp_path / "keys" / "directory.json"),
            "--state", str(tmp_path / "subscriber.json"), stdout=asyncio.subprocess.PIPE, cwd=tmp_path,
        )
        try:
            opened = await asyncio.wait_for(clue_read(process), 90)
            assert opened["body"]["person"] == BODY["person"]
            assert opened["body"]["statement"] == BODY["statement"]
            assert opened["body"]["transfer_id"] == clue

            async def accepted() -> bool:
                final = await net.fed[COUNTY].scalar("SELECT final FROM nodekit.outbox WHERE dst = :desk ORDER BY id DESC LIMIT 1", desk=DESK)
                return final == "accepted"

            await eventually(accepted, within_s=60, what="the county holds the receipt")
            assert (await county.clerk.record(ISSUED, clue))["status"] == "sent", "a receipt is not a signature of a person"
        finally:
            process.kill()
            await process.wait()
            await relay.stop()


async def clue_read(process: asyncio.subprocess.Process) -> dict[str, Any]:
    """The first clue the program prints, whatever else it prints before."""
    assert process.stdout
    before = []
    async for line in process.stdout:
        event = json.loads(line)
        if event.get("type") == "clue_transfer.sent.v1":
            return event
        before.append(event)
    raise AssertionError(f"the program ended after {before}")
