"""收发台账 and 节点联邦 say what is the matter with a channel, what to do, and offer the button to whom it belongs."""

from __future__ import annotations

import sqlalchemy as sa

DESK = "990121-discipline"


async def test_trouble_is_told_with_its_button_and_calm_channels_are_not(county) -> None:
    async with county.node.engine.begin() as connection:
        await connection.execute(sa.text(
            "INSERT INTO nodekit.in_channel (src, cursor, hash, stopped_reason, stopped_at) VALUES (:desk, 0, '', 'fork', now())"), {"desk": DESK})
        await connection.execute(sa.text("INSERT INTO nodekit.in_channel (src, cursor, hash) VALUES ('990100-inspection', 0, '')"))
        await connection.execute(sa.text(
            "INSERT INTO nodekit.inbox (src, event_id, seq, lh, eh, type, agg, status, code, reason, decided_by, attempts, received_at) "
            "VALUES ('990122-inspection', gen_random_uuid(), 1, 'l', 'e', 't', 'a', 'quarantined', '', '', '', 5, now())"))
        await connection.execute(sa.text("INSERT INTO nodekit.in_channel (src, cursor, hash) VALUES ('990122-inspection', 1, 'h')"))
    director, clerk = await county.login("office_director"), await county.login("office_clerk")
    for page in ("/ops/exchange", "/ops/federation"):
        text = await director.page(page)
        assert "分叉停用" in text and "不要自行修改数据库" in text and "处置隔离来件" in text
        refused = await clerk.page(page)
        assert "处置隔离来件" not in refused and "由办公室主任或系统管理员办理" in refused
    assert "等待首次应答" in await director.page("/ops/federation")
    assert "等待首次应答" not in await director.page("/ops/exchange")
