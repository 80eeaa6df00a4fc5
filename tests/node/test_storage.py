"""Full disks and a full outbox as officers and supervisors meet them: clear refusals, a banner, and nothing refused that must go on."""

from __future__ import annotations

import sqlalchemy as sa

from nodekit.backlog import OutboxFull, undelivered
from nodekit.web.security import LARGE_BYTES
from shared_schemas.clue_transfer.v1 import ClueTransferClosed
from shared_schemas.indicators.v1 import SnapshotRequested

DESK = "990121-discipline"


def fill(county) -> None:
    county.node.space._usage = lambda _place: (100, 97, 3)
    county.node.space.look()


async def test_a_full_disk_is_told_on_every_page_and_large_things_are_refused_small_ones_not(county) -> None:
    clerk = await county.login("office_director", "office_clerk")
    assert "磁盘空间不足" not in await clerk.page("/workbench")
    fill(county)
    page = await clerk.page("/workbench")
    assert "磁盘空间不足" in page and "填报、签收、办理不受影响" in page
    large = await clerk.post("/api/clue-transfer/issued", {"statement": "长" * LARGE_BYTES})
    assert large.status_code == 507 and large.json()["code"] == "node.disk_full" and "腾出空间" in large.json()["hint"]
    small = await clerk.post("/api/clue-transfer/issued", {"statement": "短"})
    assert small.status_code == 422, "read, and found incomplete"
    shown = await clerk.page("/ops/storage")
    assert "暂停" in shown and "97%" in shown and "没有备份" in shown and "永久" in shown
    county.node.space._usage = lambda _place: (100, 50, 50)
    county.node.space.look()
    assert "磁盘空间不足" not in await clerk.page("/workbench")


async def test_a_database_without_space_is_answered_with_a_sentence_and_the_act_leaves_nothing(county) -> None:
    """Audit is not skipped: where its entry cannot be written, the act has not happened."""
    clerk = await county.login("office_director", "office_clerk")
    async with county.node.engine.begin() as connection:
        await connection.execute(sa.text(
            "CREATE FUNCTION nodekit.disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'disk_full'; END $$"))
        await connection.execute(sa.text("CREATE TRIGGER full_disk BEFORE INSERT ON nodekit.audit_log EXECUTE FUNCTION nodekit.disk_full()"))
        await connection.execute(sa.text("INSERT INTO nodekit.in_channel (src, cursor, hash, stopped_reason, stopped_at) VALUES (:d, 0, '', 'fork', now())"), {"d": DESK})
    answer = await clerk.submit(f"/ops/repair/channel/{DESK}/lift", note="已电话核实")
    assert answer.status_code == 507 and "磁盘空间不足" in answer.text and "未作任何改动" in answer.text
    assert await county.scalar("SELECT stopped_reason FROM nodekit.in_channel WHERE src = :d", d=DESK) == "fork"
    assert county.node.space.full and "数据库因磁盘空间不足拒绝写入" in await clerk.page("/ops/storage")
    async with county.node.engine.begin() as connection:
        await connection.execute(sa.text("DROP TRIGGER full_disk ON nodekit.audit_log"))
    assert (await clerk.submit(f"/ops/repair/channel/{DESK}/lift", note="已电话核实")).status_code == 303


async def backlogged(county, count: int) -> None:
    """So many events wait for the desk, which nobody has ever heard."""
    async with county.node.engine.begin() as connection:
        await connection.execute(sa.text(
            "INSERT INTO nodekit.outbox (event_id, dst, event_bytes, type, agg, created_at) "
            "SELECT gen_random_uuid(), :desk, '', 't', 'a', now() FROM generate_series(1, :count)"), {"desk": DESK, "count": count})


async def test_beyond_the_limit_what_can_wait_is_refused_and_what_must_go_goes(county, monkeypatch) -> None:
    await backlogged(county, 30)
    monkeypatch.setattr(county.node.settings, "optional_backlog_max", 20)
    before = await county.scalar("SELECT count(*) FROM nodekit.outbox")
    try:
        async with county.node.unit_of_work() as uow:
            await uow.publish(SnapshotRequested(request_id=uow.new_id(), reason="核对"), to=DESK)
        raise AssertionError("a snapshot can wait")
    except OutboxFull as refusal:
        assert refusal.as_json()["code"] == "delivery.outbox_full" and refusal.facts["most"] == 20
        assert "待送出的事项已积压" in refusal.message and "节点联邦" in refusal.hint
    assert await county.scalar("SELECT count(*) FROM nodekit.outbox") == before
    async with county.node.unit_of_work() as uow:
        uow.answering = True
        await uow.publish(SnapshotRequested(request_id=uow.new_id(), reason="处理来件时说的"), to=DESK)
    async with county.node.unit_of_work() as uow:
        await uow.publish(ClueTransferClosed(transfer_id=uow.new_id(), closed_on=uow.today), to=DESK)
    assert await county.scalar("SELECT count(*) FROM nodekit.outbox") == before + 2


async def test_the_backlog_is_counted_from_both_of_its_parts_and_shown(county) -> None:
    async with county.node.reading() as uow:
        base = await undelivered(uow.session, 1000)
    await backlogged(county, 7)
    async with county.node.engine.begin() as connection:
        await connection.execute(sa.text("INSERT INTO nodekit.out_channel (dst, head_seq, head_hash, peer_cursor) VALUES ('990122-inspection', 9, 'h', 4)"))
    async with county.node.reading() as uow:
        assert await undelivered(uow.session, 1000) == base + 7 + 5
    async with county.http() as supervisor:
        ready = (await supervisor.get("/readyz")).json()
    assert ready["backlog"] >= 12 and ready["space"] == {"full": False}
    clerk = await county.login("office_director")
    assert "待送出 7" in await clerk.page("/ops/exchange")
