"""Over real nats-servers: an event taken back while its addressee is out of reach; an office that decided twice after its database went back."""

from __future__ import annotations

from nodekit.testing import TestNode, eventually
from tests.federation.clue_transfer.offices import COUNTY, DESK, RECEIVED, Desk, Issuing
from tests.federation.test_over_nats import OFFICES, reopened

LAST = "SELECT event_id FROM nodekit.outbox WHERE dst = :desk ORDER BY id DESC LIMIT 1"
DIVERGED = "SELECT count(*) FROM nodekit.reconciliation WHERE way = :way AND seq = 1"


async def test_an_event_taken_back_while_the_link_is_down_never_reaches_the_register(over_nats) -> None:
    async with over_nats(OFFICES) as net:
        county, desk = await Issuing.of(net.fed[COUNTY]), await Desk.of(net.fed[DESK])
        await net.servers.proxies[DESK].cut()
        await county.sent()
        event = await net.fed[COUNTY].scalar(LAST, desk=DESK)
        page = f"/ops/exchange/events/out/{DESK}/{event}/void"
        assert (await county.clerk.submit(page, reason="发错单位")).status_code == 303
        other = await net.fed[COUNTY].login("office_director")
        assert (await other.submit(f"{page}/confirm")).status_code == 303
        await net.servers.proxies[DESK].heal()
        await net.fed.settle(60)
        assert await desk.intake.list(RECEIVED) == []
        answered = "SELECT final FROM nodekit.outbox WHERE type = 'delivery.voided.v1'"
        assert await net.fed[COUNTY].column(answered) == ["accepted"], "the desk has signed that it is void"
        assert "已作废" in await other.page("/ops/exchange?way=out&state=voided")
        await county.sent(statement="作废之后另行移交的一件")
        await net.fed.settle(60)
        assert len(await desk.intake.list(RECEIVED)) == 1, "what follows flows on"


async def test_a_decision_taken_anew_after_a_restore_is_found_without_its_receipt_and_settled_by_who_signed(over_nats) -> None:
    async with over_nats(OFFICES) as net:
        county, _ = await Issuing.of(net.fed[COUNTY]), await Desk.of(net.fed[DESK])
        await county.sent()
        await net.fed.settle()
        await net.fed[DESK].node.stop()
        await net.servers.servers[DESK].kill()
        again = reopened(net.fed[DESK].node, net.servers.bus(DESK))
        async with again.engine.begin() as connection:  # as a database that went back, and an officer who refused what he had taken
            await connection.exec_driver_sql(
                "UPDATE nodekit.inbox SET status = 'refused', code = 'refused_by_officer', receipt = NULL WHERE seq = 1 AND status = 'accepted'"
            )
        await again.prepare()
        await again.start()
        try:
            restored, sender = TestNode(again), net.fed[COUNTY]

            async def signed() -> bool:
                return await restored.scalar("SELECT receipt IS NOT NULL FROM nodekit.inbox WHERE seq = 1 AND src = :county", county=COUNTY)

            await eventually(signed, within_s=60, what="the second receipt is signed, and lost with the message server that is down")
            await net.servers.servers[DESK].start()

            async def both_know() -> bool:
                return await restored.scalar(DIVERGED, way="in") == await sender.scalar(DIVERGED, way="out") == 1

            await eventually(both_know, within_s=150, what="both ends have both receipts")
            assert await sender.scalar("SELECT count(*) FROM nodekit.out_channel WHERE stopped_reason IS NOT NULL") == 0, "an alarm, not a stop"
            head = await restored.login("discipline_intake", username="after")
            assert "待对账" in await head.page("/ops/exchange")
            sheet = f"/ops/exchange/reconciliation/{COUNTY}/1"
            assert (await head.submit(sheet, stands="accepted", note="恢复前已签收,以首次回执为准")).status_code == 303

            async def told() -> bool:
                return await sender.column("SELECT stands FROM nodekit.reconciliation WHERE way = 'out'") == ["accepted"]

            await eventually(told, within_s=60, what="the sender is told which stands")
            assert "恢复前已签收,以首次回执为准" in await county.head.page(f"/ops/exchange/reconciliation/{DESK}")
        finally:
            await again.stop()
