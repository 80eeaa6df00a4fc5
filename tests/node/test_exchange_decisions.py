"""作废 by two persons and 对账 on the pages of one office."""

from __future__ import annotations

import json
import uuid

import pytest
import sqlalchemy as sa

from shared_schemas.joining.v1 import OfficeIntroduced

DESK = "990121-discipline"
STATE = "SELECT count(*) FROM nodekit.outbox WHERE voided_at IS NOT NULL AND seq IS NULL"


@pytest.fixture
async def waiting(county) -> str:
    """An event to an office that is not there; the address of its page."""
    async with county.node.unit_of_work() as uow:
        event = await uow.publish(OfficeIntroduced(office="990123-inspection", document="{}", kid="k", sig="s"), to=DESK)
    return f"/ops/exchange/events/out/{DESK}/{event}"


async def test_one_asks_and_another_confirms_and_what_has_no_number_never_leaves(county, waiting) -> None:
    clerk, director = await county.login("office_clerk"), await county.login("office_director")
    assert "申请作废" in await clerk.page(waiting)
    assert (await clerk.submit(f"{waiting}/void", reason="发错单位")).status_code == 303
    assert "待确认作废" in await clerk.page("/ops/exchange?way=out&state=voiding")
    assert "确认作废</button>" not in await clerk.page(waiting)
    assert (await clerk.submit(f"{waiting}/void/confirm")).status_code == 403
    assert "有待确认作废" in await director.page("/ops/exchange")
    assert (await director.submit(f"{waiting}/void", reason="再申请一次")).status_code == 409
    assert (await director.submit(f"{waiting}/void/confirm")).status_code == 303
    assert "已作废,未曾编号发出" in await clerk.page(waiting)
    assert await county.scalar(STATE) == 1
    assert await county.column("SELECT type FROM nodekit.outbox WHERE dst = :desk ORDER BY id", desk=DESK) == ["joining.introduced.v1", "delivery.voided.v1"]
    assert await county.column("SELECT action FROM nodekit.audit_log WHERE action LIKE 'exchange.void%' ORDER BY seq") == ["exchange.void_proposed", "exchange.void_confirmed"]
    told = await county.scalar("SELECT event_id FROM nodekit.outbox WHERE type = 'delivery.voided.v1'")
    assert "申请作废" not in await director.page(f"/ops/exchange/events/out/{DESK}/{told}"), "a void is not taken back"
    assert (await director.submit(f"/ops/exchange/events/out/{DESK}/{told}/void", reason="不作废了")).status_code == 409


async def test_nobody_confirms_what_he_asked_for_himself(county, waiting) -> None:
    director = await county.login("office_director")
    await director.submit(f"{waiting}/void", reason="发错单位")
    refused = await director.submit(f"{waiting}/void/confirm")
    assert (refused.status_code, "申请人不能确认" in refused.text) == (403, True)
    assert await county.scalar(STATE) == 0
    assert await county.scalar("SELECT count(*) FROM nodekit.outbox WHERE dst = :desk", desk=DESK) == 1, "and nothing was told"


async def test_a_request_can_be_withdrawn_and_made_again(county, waiting) -> None:
    clerk, other = await county.login("office_clerk"), await county.login("office_clerk")
    await clerk.submit(f"{waiting}/void", reason="发错单位")
    assert (await other.submit(f"{waiting}/void/withdraw")).status_code == 403
    assert (await clerk.submit(f"{waiting}/void/withdraw")).status_code == 303
    assert (await clerk.submit(f"{waiting}/void/withdraw")).status_code == 409
    assert (await clerk.submit(f"{waiting}/void", reason="还是发错单位")).status_code == 303


async def test_what_has_a_receipt_cannot_be_taken_back(county, waiting) -> None:
    async with county.node.engine.begin() as connection:
        await connection.execute(sa.text("UPDATE nodekit.outbox SET seq = 1, final = 'accepted', final_at = now(), receipt = 'r' WHERE type = 'joining.introduced.v1'"))
    director = await county.login("office_director")
    assert "申请作废" not in await director.page(waiting)
    refused = await director.submit(f"{waiting}/void", reason="发错单位")
    assert (refused.status_code, "已出具回执" in refused.text) == (409, True)


async def decided_twice(county, way: str) -> str:
    """Number 1 of the channel stands accepted here, and a second receipt refuses it."""
    event = str(uuid.uuid4())
    async with county.node.engine.begin() as connection:
        for name, status in (("a" * 64, "accepted"), ("b" * 64, "refused")):
            document = json.dumps({"at": "2026-11-22T00:00:00Z", "spans": [{"a": 1, "z": 1, "st": status, "lh": "l"}]}).encode()
            await connection.execute(
                sa.text("INSERT INTO nodekit.receipt (rh, peer, issued, document, kid, sig, kept_at) VALUES (:rh, :desk, :issued, :document, 'k', 's', now())"),
                {"rh": name, "desk": DESK, "document": document, "issued": "ours" if way == "in" else "theirs"},
            )
        await connection.execute(sa.text("INSERT INTO nodekit.in_channel (src, cursor, hash) VALUES (:desk, 1, 'l')"), {"desk": DESK})
        await connection.execute(
            sa.text("INSERT INTO nodekit.inbox (src, event_id, seq, lh, eh, type, agg, status, code, reason, decided_by, attempts, received_at, decided_at, receipt) "
                    "VALUES (:desk, :event, 1, 'l', 'e', 'joining.introduced.v1', 'a', 'accepted', '', '', '', 0, now(), now(), :rh)"),
            {"desk": DESK, "event": event, "rh": "a" * 64},
        )
        await connection.execute(
            sa.text("INSERT INTO nodekit.reconciliation (way, peer, seq, event_id, accepted, refused, found_at) VALUES (:way, :desk, 1, :event, :a, :b, now())"),
            {"way": way, "desk": DESK, "event": event, "a": "a" * 64, "b": "b" * 64},
        )
    return event


SHEET = f"/ops/exchange/reconciliation/{DESK}"


async def test_the_office_that_signed_twice_says_which_stands_and_tells_the_other(county) -> None:
    event = await decided_twice(county, "in")
    clerk, director = await county.login("office_clerk"), await county.login("office_director")
    ledger = await director.page("/ops/exchange")
    assert "待对账" in ledger and "打开对账单" in ledger and "由办公室主任或受理室负责人办理" in await clerk.page("/ops/exchange")
    sheet = await director.page(SHEET)
    assert "差异清单(1)" in sheet and "登记结论" in sheet and "a" * 16 in sheet and "b" * 16 in sheet
    assert "登记结论</button>" not in await clerk.page(SHEET)
    assert (await clerk.submit(f"{SHEET}/1", stands="accepted", note="以首次为准")).status_code == 403
    assert (await director.submit(f"{SHEET}/1", stands="accepted", note="恢复前已受理,以首次为准")).status_code == 303
    assert (await director.submit(f"{SHEET}/1", stands="refused", note="再登记一次")).status_code == 409
    assert "待对账" not in await director.page("/ops/exchange")
    assert "恢复前已受理,以首次为准" in await director.page(SHEET)
    said = json.loads(await county.scalar("SELECT event_bytes FROM nodekit.outbox WHERE type = 'delivery.reconciled.v1'"))["body"]
    assert said == {"event": event, "number": 1, "stands": "accepted", "receipt": "a" * 64, "note": "恢复前已受理,以首次为准"}
    assert await county.scalar("SELECT count(*) FROM nodekit.audit_log WHERE action = 'exchange.reconciled'") == 1
