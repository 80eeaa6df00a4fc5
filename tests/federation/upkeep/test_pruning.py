"""Old bodies go by the rule, everything that reads them says so, and offices restored to any backup they keep still get what they need."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import datetime

import sqlalchemy as sa
from typer.testing import CliRunner

from nodekit.cli import cli
from nodekit.housekeeping import prune_if_due
from nodekit.retention import prune_all
from nodekit.settings import Settings
from nodekit.testing import Federation, TestNode, eventually
from nodekit.upkeep.backup import back_up
from nodekit.upkeep.check import check_node
from nodekit.upkeep.restore import Target, restore
from tests.federation.clue_transfer.offices import COUNTY, DESK, SPECS, Desk, Issuing
from tests.federation.upkeep.stopped import served, settings_file

PASSPHRASE = "备份口令-只用于测试-足够长"
BODIES = "SELECT count(*) FROM nodekit.outbox WHERE dst = :peer AND event_bytes IS NOT NULL"
AGED = (
    "UPDATE nodekit.outbox SET final_at = final_at - interval '40 days' WHERE final IS NOT NULL",
    "UPDATE nodekit.inbox SET decided_at = decided_at - interval '40 days' WHERE decided_at IS NOT NULL",
)


async def grown_old(node: TestNode) -> None:
    """Everything decided so far was decided forty days ago."""
    async with node.node.engine.begin() as connection:
        for statement in AGED:
            await connection.execute(sa.text(statement))


async def heard_of_backups(fed: Federation, speaker: str, listener: str) -> None:
    """The listener has heard, in a STATE, how far the backups of the speaker go."""
    fed[speaker].node.delivery._protocol.schedule.hail(time.time())

    async def heard() -> bool:
        query = "SELECT durable > 0 FROM nodekit.peer_state WHERE peer = :peer"
        return bool(await fed[listener].scalar(query, peer=speaker))

    await eventually(heard, what="the peer's word about its backups")


async def test_bodies_go_when_the_peers_backup_holds_them_and_every_reader_says_so(start_federation, tmp_path) -> None:
    async with start_federation({office: SPECS[office] for office in (COUNTY, DESK)}) as fed:
        issuing, desk = await Issuing.of(fed[COUNTY]), await Desk.of(fed[DESK])
        await issuing.sent()
        await fed.settle()
        await desk.assigned((await desk.only())["id"])
        await fed.settle()
        county, node = fed[COUNTY], fed[DESK].node
        await grown_old(county)
        assert (await prune_all(county.node, 30, really=True)).by_peer == {}, "the desk has no backup yet"
        await back_up(node.spec, node.settings, settings_file(node.settings, tmp_path), tmp_path / "desk.backup", PASSPHRASE)
        await heard_of_backups(fed, DESK, COUNTY)
        await issuing.sent(statement="备份之后的一件")
        await fed.settle()
        before = await county.scalar(BODIES, peer=DESK)

        file = settings_file(county.node.settings, tmp_path)
        unset = await asyncio.to_thread(CliRunner().invoke, cli, ["prune", "--service", "services.county", "--settings", str(file)])
        assert unset.exit_code == 2 and "默认永久保存" in unset.output
        dry = await prune_all(county.node, 30, really=False)
        assert dry.total.sent > 0 and dry.total.held > 0 and await county.scalar(BODIES, peer=DESK) == before
        done = await prune_all(county.node, 30, really=True)
        assert done.by_peer == dry.by_peer
        assert await county.scalar(BODIES, peer=DESK) == before - done.by_peer[DESK].sent
        facts = await county.scalar("SELECT facts::text FROM nodekit.audit_log WHERE action = 'delivery.pruned'")
        assert json.loads(facts)["sent"] == done.by_peer[DESK].sent

        event_id = await county.scalar("SELECT event_id FROM nodekit.outbox WHERE dst = :peer AND seq = 1", peer=DESK)
        refused = await issuing.head.submit(f"/ops/exchange/events/out/{DESK}/{event_id}/evidence", reason="案件审理调取")
        assert refused.status_code == 410 and "正文已按保存期限清理" in refused.text
        assert "已签收" in await issuing.head.page(f"/ops/exchange/events/out/{DESK}/{event_id}") or "已接收" in await issuing.head.page("/ops/exchange")
        report = await check_node(county.node.spec, county.node.settings)
        assert report.is_clean, report.document()
        async with county.node.engine.begin() as connection:
            await connection.execute(sa.text("UPDATE nodekit.in_link SET event_bytes = NULL, pruned_at = now() WHERE seq = (SELECT max(seq) FROM nodekit.in_link)"))
            await connection.execute(sa.text("UPDATE nodekit.inbox SET receipt = NULL WHERE seq = (SELECT max(seq) FROM nodekit.in_link)"))
        assert "in.contents" in [line.name for line in (await check_node(county.node.spec, county.node.settings)).lines if line.wrong]


async def test_after_pruning_an_office_restored_to_its_oldest_backup_gets_everything_back(start_federation, pg_server, tmp_path) -> None:
    async with start_federation({office: SPECS[office] for office in (COUNTY, DESK)}) as fed:
        issuing, node = await Issuing.of(fed[COUNTY]), fed[DESK].node
        await issuing.sent()
        await fed.settle()
        file = settings_file(node.settings, tmp_path)
        oldest = await back_up(node.spec, node.settings, file, tmp_path / "1.backup", PASSPHRASE)
        await issuing.sent(statement="第二件")
        await fed.settle()
        await back_up(node.spec, node.settings, file, tmp_path / "2.backup", PASSPHRASE)
        await heard_of_backups(fed, DESK, COUNTY)
        await grown_old(fed[COUNTY])
        assert (await prune_all(fed[COUNTY].node, 30, really=True)).total.sent > 0
        count = await fed[DESK].scalar("SELECT max(seq) FROM nodekit.in_link WHERE src = :src", src=COUNTY)
        await node.stop()
        restored = await restore(node.spec, oldest.file, PASSPHRASE, Target(tmp_path / "new machine", pg_server.create_database(), {"http_port": 8125}))
        async with served(node.spec, Settings.load(restored.settings_file), fed) as again:

            async def whole() -> bool:
                return await again.scalar("SELECT cursor FROM nodekit.in_channel WHERE src = :src", src=COUNTY) == count

            await eventually(whole, what="what came after the oldest backup is there again")
            await fed.settle()
            assert await fed[COUNTY].scalar("SELECT count(*) FROM nodekit.out_channel WHERE stopped_reason IS NOT NULL") == 0


async def test_backups_beyond_the_wanted_number_are_destroyed_with_their_marks(start_federation, tmp_path) -> None:
    async with start_federation({COUNTY: SPECS[COUNTY]}) as fed:
        node, folder = fed[COUNTY].node, tmp_path / "backups"
        folder.mkdir()
        file, secret = settings_file(node.settings, tmp_path), tmp_path / "passphrase"
        secret.write_text(PASSPHRASE, encoding="utf-8")
        common = ["--service", "services.county", "--settings", str(file)]

        async def run(*arguments: str) -> str:
            done = await asyncio.to_thread(CliRunner().invoke, cli, [arguments[0], *common, *arguments[1:]])
            assert done.exit_code == 0, done.output
            return done.output

        for name in ("1", "2", "3"):
            await run("backup", "--out", str(folder / f"{name}.backup"), "--passphrase-file", str(secret))
        (folder / "1.backup").rename(tmp_path / "moved.backup")
        said = await run("backup", "--out", str(folder / "4.backup"), "--passphrase-file", str(secret), "--keep", "2")
        assert "2.backup" in said and "已销毁" in said and "不在此文件夹" in said
        assert sorted(place.name for place in folder.iterdir()) == ["3.backup", "4.backup"]
        listed = await run("backups")
        assert [name for name in ("1.backup", "2.backup", "3.backup", "4.backup") if name in listed] == ["1.backup", "3.backup", "4.backup"]
        assert "未完成" not in listed
        assert await fed[COUNTY].scalar("SELECT count(*) FROM nodekit.audit_log WHERE action = 'upkeep.backup_destroyed'") == 1


async def test_the_nightly_round_runs_once_a_night_and_only_where_a_time_is_set(county, monkeypatch) -> None:
    node = county.node
    monkeypatch.setattr(node, "clock", lambda: datetime.fromisoformat("2026-11-27T02:30:00+08:00"))
    assert not await prune_if_due(node), "no time is set"
    monkeypatch.setattr(node.settings, "prune_after_days", 3650)
    assert await prune_if_due(node) and not await prune_if_due(node)
    monkeypatch.setattr(node, "clock", lambda: datetime.fromisoformat("2026-11-28T12:00:00+08:00"))
    assert not await prune_if_due(node), "not by day"
