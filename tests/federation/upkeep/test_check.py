"""`node check` on real databases: silent while all is well, and each kind of damage is named by the line it belongs to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from typer.testing import CliRunner

from nodekit.cli import cli
from nodekit.settings import Settings
from nodekit.spec import NodeSpec
from nodekit.upkeep.check import check_node
from nodekit.upkeep.report import Report
from tests.federation.clue_transfer.offices import COUNTY, DESK, SPECS, Desk, Issuing
from tests.support.postgres import PgServer

DAMAGE = [
    # where, what somebody does to the database, the line that must say so
    (COUNTY, "UPDATE nodekit.outbox SET event_bytes = event_bytes || ' '::bytea WHERE seq = 1", "out.contents"),
    (COUNTY, "UPDATE nodekit.outbox SET agg = 'another' WHERE seq = 1", "out.contents"),
    (COUNTY, "UPDATE nodekit.out_link SET lh = repeat('0', 64) WHERE seq = 1", "out.chains"),
    (COUNTY, "UPDATE nodekit.out_link SET kid = repeat('0', 16) WHERE seq = 1", "out.signatures"),
    (COUNTY, "UPDATE nodekit.out_link SET sig = NULL", "out.signatures"),
    (COUNTY, "UPDATE nodekit.outbox SET final_code = 'x' WHERE final IS NOT NULL", "out.verdicts"),
    (COUNTY, "UPDATE nodekit.outbox SET final = NULL, final_at = NULL, receipt = NULL, signed_at = NULL WHERE seq = 1", "out.verdicts"),
    (COUNTY, "UPDATE nodekit.out_channel SET head_seq = head_seq + 1", "out.numbers"),
    (COUNTY, "DELETE FROM nodekit.out_link WHERE seq = 1", "registers"),
    (COUNTY, "UPDATE nodekit.receipt SET document = document || ' '::bytea WHERE issued = 'theirs'", "receipts"),
    (COUNTY, "UPDATE nodekit.peers SET signing = sealing WHERE office = '990121-discipline'", "receipts"),
    (DESK, "UPDATE nodekit.in_link SET event_bytes = event_bytes || ' '::bytea WHERE seq = 1", "in.contents"),
    (DESK, "UPDATE nodekit.in_link SET eh = repeat('0', 64) WHERE seq = 1", "in.chains"),
    (DESK, "UPDATE nodekit.in_channel SET hash = repeat('0', 64)", "in.numbers"),
    (DESK, "UPDATE nodekit.inbox SET status = 'refused' WHERE seq = 1", "in.verdicts"),
    (DESK, "DELETE FROM nodekit.inbox WHERE seq = 1", "in.verdicts"),
    (DESK, "DELETE FROM nodekit.handled", "handled"),
    (DESK, "UPDATE nodekit.handled SET event_id = gen_random_uuid()", "handled"),
    (DESK, "ALTER TABLE nodekit.audit_log DISABLE TRIGGER USER; UPDATE nodekit.audit_log SET subject = 'x' WHERE seq = 2", "audit"),
    (COUNTY, "UPDATE clue_transfer_issuer.clues SET cadre_tier = 'city'", "invariants"),
    (COUNTY, "UPDATE clue_transfer_issuer.alembic_version SET version_num = '0000'", "schema"),
]


@dataclass
class Stopped:
    """A node that does not run: what it is and where its database lies."""

    spec: NodeSpec
    settings: Settings

    def copied(self, server: PgServer) -> Stopped:
        """The same on a database of its own, to be damaged."""
        database = server.create_database(template=self.settings.database_url.partition("?")[0].rpartition("/")[2])
        return Stopped(self.spec, self.settings.model_copy(update={"database_url": database}))

    async def damaged(self, statements: str) -> None:
        engine = create_async_engine(self.settings.sqlalchemy_url)
        async with engine.begin() as connection:
            for statement in statements.split("; "):
                await connection.execute(sa.text(statement))
        await engine.dispose()

    async def check(self) -> Report:
        return await check_node(self.spec, self.settings)


@pytest.fixture
async def stopped(start_federation) -> AsyncIterator[dict[str, Stopped]]:
    """A county and its desk after two clues, one of them signed for; both nodes stopped."""
    async with start_federation({office: SPECS[office] for office in (COUNTY, DESK)}) as fed:
        county, desk = await Issuing.of(fed[COUNTY]), await Desk.of(fed[DESK])
        await county.sent()
        await fed.settle()
        await desk.assigned((await desk.only())["id"])
        await county.sent(statement="第二件")
        await fed.settle()
        for node in fed:
            await node.node.stop()
        yield {office: Stopped(fed[office].node.spec, fed[office].node.settings) for office in (COUNTY, DESK)}


async def test_sound_databases_are_found_sound(stopped) -> None:
    for node in stopped.values():
        report = await node.check()
        assert report.is_clean, report.document()
        assert [line.name for line in report.lines if not line.count and line.name != "local"] == [], "a line that compared nothing proves nothing"


async def test_every_kind_of_damage_is_named_by_its_line(stopped, pg_server) -> None:
    missed = []
    for office, statements, name in DAMAGE:
        victim = stopped[office].copied(pg_server)
        await victim.damaged(statements)
        wrong = [line.name for line in (await victim.check()).lines if line.wrong]
        if name not in wrong:
            missed.append((statements, name, wrong))
    assert missed == []


async def test_private_keys_are_not_needed(stopped, tmp_path) -> None:
    node = stopped[COUNTY]
    public = tmp_path / "public"
    public.mkdir()
    (public / "root.pub").write_bytes((node.settings.keys_dir / "root.pub").read_bytes())
    assert (await Stopped(node.spec, node.settings.model_copy(update={"keys_dir": public})).check()).is_clean


async def test_the_command_prints_the_finding_and_ends_with_1(stopped, pg_server, tmp_path) -> None:
    victim = stopped[DESK].copied(pg_server)
    settings = tmp_path / "settings.toml"
    values = {key: value for key, value in victim.settings.model_dump(mode="json").items() if value not in ("", None)}
    settings.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()), encoding="utf-8")
    command = ["check", "--service", "tests.federation.killed.desk", "--settings", str(settings)]
    clean = await asyncio.to_thread(CliRunner().invoke, cli, command)
    assert (clean.exit_code, clean.stdout.splitlines()[-1]) == (0, "结论:一致。")
    await victim.damaged("UPDATE nodekit.in_channel SET hash = repeat('0', 64)")
    found = await asyncio.to_thread(CliRunner().invoke, cli, [*command, "--json"])
    document = json.loads(found.stdout)
    assert (found.exit_code, document["clean"]) == (1, False)
    assert [line["name"] for line in document["lines"] if line["wrong"]] == ["in.numbers"]
