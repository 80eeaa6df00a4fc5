"""A sender restored to yesterday: its own past comes back signed, nothing is numbered twice, and a person settles what its registers lost."""

from __future__ import annotations

import re

from nodekit.settings import Settings
from nodekit.testing import eventually
from nodekit.upkeep.backup import back_up
from nodekit.upkeep.restore import Target, restore
from tests.federation.clue_transfer.offices import COUNTY, DESK, RECEIVED, SPECS, Desk, Issuing
from tests.federation.upkeep.stopped import served, settings_file

PASSPHRASE = "备份口令-只用于测试-足够长"
WAITING = "SELECT count(*) FROM nodekit.recovered WHERE settled_at IS NULL"


async def test_what_left_after_the_backup_is_listed_readable_and_settled_by_a_person(start_federation, pg_server, tmp_path) -> None:
    async with start_federation({office: SPECS[office] for office in (COUNTY, DESK)}) as fed:
        county = await Issuing.of(fed[COUNTY])
        await county.sent()
        await fed.settle()
        node = fed[COUNTY].node
        done = await back_up(node.spec, node.settings, settings_file(node.settings, tmp_path), tmp_path / "county.backup", PASSPHRASE)
        await county.sent(statement="备份之后发出的一件")
        await fed.settle()
        sent = await fed[COUNTY].scalar("SELECT max(seq) FROM nodekit.outbox WHERE dst = :desk", desk=DESK)
        await node.stop()

        place = Target(tmp_path / "new machine", pg_server.create_database(), {"http_port": 8124})
        restored = await restore(node.spec, done.file, PASSPHRASE, place)
        async with served(node.spec, Settings.load(restored.settings_file), fed) as again:

            async def past_is_back() -> bool:
                return await again.scalar("SELECT max(seq) FROM nodekit.outbox WHERE dst = :desk", desk=DESK) == sent

            await eventually(past_is_back, what="the numbers given after the backup are known again")
            waiting = await again.scalar(WAITING)
            assert waiting > 0
            clerks = Issuing(
                await again.login("office_clerk", username="banan2"), await again.login("team_leader", username="zuzhang2"),
                await again.login("office_director", "leading_group_head", username="zhuren2"),
            )
            assert "恢复待核" in await clerks.head.page("/ops/federation")
            html = await clerks.head.page("/ops/repair")
            assert f"对方有、本机没有的事件({waiting})" in html
            assert "备份之后发出的一件" not in html, "a sealed body is not shown before somebody says why"
            sealed = re.findall(r"/ops/repair/recovered/([0-9a-f-]{36})/open", html)
            read = [(await clerks.head.submit(f"/ops/repair/recovered/{event_id}/open", reason="恢复后核对补录")).text for event_id in sealed]
            assert [page for page in read if "备份之后发出的一件" in page], "sealed to the sender's own key as well"
            assert await again.scalar("SELECT count(*) FROM nodekit.audit_log WHERE action = 'exchange.recovered_read'") == len(sealed)
            for event_id in sorted(set(re.findall(r"/ops/repair/recovered/([0-9a-f-]{36})", html))):
                done_one = await clerks.head.submit(f"/ops/repair/recovered/{event_id}", note="已按原件补录")
                assert done_one.status_code in (200, 303)
            assert await again.scalar(WAITING) == 0
            assert await again.scalar("SELECT count(*) FROM nodekit.audit_log WHERE action = 'exchange.recovered'") == waiting
            await clerks.sent(statement="恢复之后发出的一件")
            desk = await Desk.of(fed[DESK])

            async def arrived() -> bool:
                return len(await desk.intake.list(RECEIVED)) == 3

            await eventually(arrived, what="the desk has all three, none twice")
