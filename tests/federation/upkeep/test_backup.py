"""Backup and restore: from one file back to service, and what came after the backup comes back from the peers by itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.demo.compare import compare
from nodekit.cli import cli
from nodekit.settings import Settings
from nodekit.testing import eventually
from nodekit.upkeep import pg_programs
from nodekit.upkeep.backup import back_up, verify
from nodekit.upkeep.check import check_node
from nodekit.upkeep.pg_programs import ProgramFailed
from nodekit.upkeep.restore import Target, TargetNotEmpty, restore
from nodekit.upkeep.vessel import VesselUnreadable
from tests.federation.clue_transfer.offices import BODY, COUNTY, DESK, ISSUED, RECEIVED, SPECS, Desk, Issuing
from tests.federation.upkeep.stopped import books_of, served, settings_file, without_strangers
from tests.support.postgres import PgServer

PASSPHRASE = "备份口令-只用于测试-足够长"
COUNT = "SELECT count(*) FROM nodekit.handled WHERE handler LIKE 'clue_transfer.receiver.%'"


def target(folder: Path, pg_server: PgServer) -> Target:
    return Target(folder, pg_server.create_database(), {"http_port": 8123})


async def test_a_restored_office_gets_back_what_came_after_its_backup(start_federation, pg_server, tmp_path) -> None:
    async with start_federation({office: SPECS[office] for office in (COUNTY, DESK)}) as fed:
        county = await Issuing.of(fed[COUNTY])
        first = await county.sent()
        await fed.settle()
        node = fed[DESK].node
        file = settings_file(node.settings, tmp_path)
        done = await back_up(node.spec, node.settings, file, tmp_path / "desk.backup", PASSPHRASE)
        for number in (2, 3):
            await county.sent(statement=f"备份之后的第{number}件")
        await fed.settle()
        assert await fed[DESK].scalar(COUNT) == 3
        await node.stop()

        restored = await restore(node.spec, done.file, PASSPHRASE, target(tmp_path / "new machine", pg_server))
        assert restored.report.is_clean, restored.report.document()
        settings = Settings.load(restored.settings_file)
        assert (settings.http_port, settings.keys_dir) == (8123, tmp_path / "new machine" / "keys")
        async with served(node.spec, settings, fed) as again:
            assert await again.column("SELECT id FROM nodekit.backup_mark") == [done.mark], "the backup knows itself"
            desk = await Desk.of(again)

            async def all_back() -> bool:
                return len(await desk.intake.list(RECEIVED)) == 3

            await eventually(all_back, what="the clues sent after the backup are in the register again")
            serials = {row["serial"]: row["id"] for row in await desk.intake.list(RECEIVED)}
            assert sorted(serials) == ["YL-01-X01", "YL-01-X02", "YL-01-X03"]
            assert await again.scalar(COUNT) == 3, "each handled once in the life that counts"
            await desk.assigned(serials["YL-01-X01"])
            await fed.settle()
            assert (await county.clerk.record(ISSUED, first))["status"] == "signed", "and the office works in both directions"
            noted = await again.column("SELECT action FROM nodekit.audit_log WHERE action LIKE 'upkeep.%' ORDER BY seq")
            assert noted == ["upkeep.backed_up", "upkeep.restored"]


async def test_what_the_restored_office_had_said_itself_comes_back_and_the_books_of_both_agree(start_federation, pg_server, tmp_path) -> None:
    async with start_federation({office: SPECS[office] for office in (COUNTY, DESK)}) as fed:
        county, desk = await Issuing.of(fed[COUNTY]), await Desk.of(fed[DESK])
        clue = await county.sent()
        await fed.settle()
        node = fed[DESK].node
        done = await back_up(node.spec, node.settings, settings_file(node.settings, tmp_path), tmp_path / "desk.backup", PASSPHRASE)
        await desk.assigned((await desk.only())["id"])
        await county.sent(statement="备份之后的一件")
        await fed.settle()
        said = await fed[DESK].scalar("SELECT count(*) FROM nodekit.outbox WHERE dst = :county", county=COUNTY)
        await node.stop()
        restored = await restore(node.spec, done.file, PASSPHRASE, target(tmp_path / "new machine", pg_server))
        async with served(node.spec, Settings.load(restored.settings_file), fed) as again:

            async def whole() -> bool:
                heads = await again.column("SELECT head_seq FROM nodekit.out_channel WHERE dst = :county", county=COUNTY)
                return heads == [said] and await again.scalar(COUNT) == 2

            await eventually(whole, within_s=60, what="its own links are back, and so is what it was sent")
            await fed.settle(60)
            found = await again.column("SELECT seq FROM nodekit.recovered WHERE settled_at IS NULL ORDER BY seq")
            assert found and found[-1] == said, "what its register does not know is listed for a person"
            assert (await county.clerk.record(ISSUED, clue))["status"] == "signed", "what the other office had was not taken back"
            books = {office: await books_of(fed[office]) for office in (COUNTY, DESK)}
            report = compare({office: without_strangers(book, {COUNTY, DESK}) for office, book in books.items()}, fed[COUNTY].node.keyring)
            assert [problem for line in report.lines for problem in line.problems] == [] and not report.is_empty
            verified = await check_node(again.node.spec, again.node.settings)
            assert verified.is_clean, verified.document()


@pytest.fixture
async def backed_up(start_federation, tmp_path):
    """A county's backup, its settings file, and a word that is in its database in clear."""
    async with start_federation({COUNTY: SPECS[COUNTY]}) as fed:
        await (await Issuing.of(fed[COUNTY])).approved()
        node = fed[COUNTY].node
        file = settings_file(node.settings, tmp_path)
        yield node, file, await back_up(node.spec, node.settings, file, tmp_path / "county.backup", PASSPHRASE)


async def test_a_backup_shows_nothing_without_its_passphrase(backed_up) -> None:
    node, _, done = backed_up
    data = done.file.read_bytes()
    secrets = [node.settings.keys_dir.joinpath(name).read_bytes() for name in ("kek.key", "signing.key", "sealing.key")]
    assert [found for found in (*secrets, b"PGDMP", b"kek.key", b"clue_transfer", BODY["person"].encode()) if found in data] == []
    names = {member.name for member in done.members}
    assert {"keys/kek.key", "keys/signing.key", "keys/sealing.key", "settings.toml", "offices.toml", "directory.json", "database.dump"} <= names
    with pytest.raises(VesselUnreadable):
        verify(done.file, "另一个口令-也足够长的")


async def test_a_restore_touches_nothing_that_is_in_use_and_nothing_when_the_file_is_damaged(backed_up, pg_server, tmp_path) -> None:
    node, _, done = backed_up
    used = Target(tmp_path / "new", node.settings.database_url, {})
    with pytest.raises(TargetNotEmpty):
        await restore(node.spec, done.file, PASSPHRASE, used)
    with pytest.raises(TargetNotEmpty):
        await restore(node.spec, done.file, PASSPHRASE, target(node.settings.keys_dir, pg_server))
    damaged, place = tmp_path / "damaged.backup", target(tmp_path / "new", pg_server)
    damaged.write_bytes(done.file.read_bytes()[:-5])
    with pytest.raises(VesselUnreadable):
        await restore(node.spec, damaged, PASSPHRASE, place)
    assert not place.folder.exists()
    assert (await restore(node.spec, done.file, PASSPHRASE, place)).report.is_clean, "the same place is still empty and takes the true file"


async def test_a_dump_that_fails_leaves_no_file_and_no_mark(backed_up, tmp_path, monkeypatch) -> None:
    node, file, _ = backed_up

    def fails(*_args):
        yield b"half"
        raise ProgramFailed("pg_dump", "no space left on device")

    monkeypatch.setattr(pg_programs, "dump", fails)
    marks = "SELECT count(*) FROM nodekit.backup_mark"
    async with node.engine.connect() as connection:
        before = (await connection.exec_driver_sql(marks)).scalar()
    with pytest.raises(ProgramFailed):
        await back_up(node.spec, node.settings, file, tmp_path / "second.backup", PASSPHRASE)
    async with node.engine.connect() as connection:
        assert (await connection.exec_driver_sql(marks)).scalar() == before
    assert not list(tmp_path.glob("second.backup*"))


async def test_the_commands_say_what_was_done_and_refuse_with_a_sentence(backed_up, pg_server, tmp_path) -> None:
    _, file, done = backed_up
    service = ["--service", "tests.federation.killed.county"]

    def run(*arguments: str, said: str = PASSPHRASE):
        return asyncio.to_thread(CliRunner().invoke, cli, [*arguments], input=f"{said}\n")

    made = await run("backup", *service, "--settings", str(file), "--out", str(tmp_path / "again.backup"))
    assert (made.exit_code, "已回读核验" in made.stdout) == (0, True), made.output
    refused = await run("backup", *service, "--settings", str(file), "--out", str(done.file))
    assert (refused.exit_code, "已存在" in refused.output) == (2, True)
    place = ["--into", str(tmp_path / "new"), "--database-url", pg_server.create_database()]
    wrong = await run("restore", *service, "--from", str(done.file), *place, said="不对的口令-不对的口令")
    assert (wrong.exit_code, "口令不对" in wrong.output) == (2, True)
    right = await run("restore", *service, "--from", str(done.file), *place)
    assert right.exit_code == 0 and "结论:一致。" in right.stdout and "node run --service" in right.stdout, right.output
    gone = await run("forget-backup", *service, "--settings", str(file), "--mark", str(done.mark))
    again = await run("forget-backup", *service, "--settings", str(file), "--mark", str(done.mark))
    assert (gone.exit_code, again.exit_code) == (0, 2)
