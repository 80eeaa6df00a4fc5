"""A clue from the county to its desk and back; what the office above learns of it; what nobody on the way can read."""

from __future__ import annotations

import sqlalchemy as sa

from tests.federation.clue_transfer.offices import (
    ANNOUNCED,
    BODY,
    CANARY,
    CITY,
    CITY_DESK,
    COUNTY,
    DESK,
    ISSUED,
    ORGANIZATION,
    RECEIVED,
    SPECS,
    STUBS,
    Desk,
    Issuing,
    account_id,
    report,
)


def only(*offices: str):
    return {office: SPECS[office] for office in offices}


async def test_a_clue_is_signed_disposed_fed_back_verified_and_closed(start_federation) -> None:
    async with start_federation(only(COUNTY, DESK, CITY)) as fed:
        county, desk = await Issuing.of(fed[COUNTY]), await Desk.of(fed[DESK])
        clue = await county.sent(urgent=True)
        await fed.settle()
        row = await desk.only()
        assert (row["status"], row["serial"], row["origin"]) == ("delivered", "YL-01-X01", COUNTY)

        await desk.assigned(row["id"])
        await fed.settle()
        sent = await county.clerk.record(ISSUED, clue)
        assert (sent["status"], sent["signed_by"], sent["document_number"]) == ("signed", "案管经办人己", f"样巡移〔{_year(fed)}〕1号")

        await desk.disposed(row["id"])
        await desk.handler.act(RECEIVED, row["id"], "file-case", case_filed_on="2026-04-01")
        await desk.handler.act(RECEIVED, row["id"], "progress", case_filed=1, text="已立案")
        await fed.settle()
        assert (await county.clerk.record(ISSUED, clue))["status"] == "feedback_received"
        await county.clerk.act(ISSUED, clue, "verify")
        await county.clerk.act(ISSUED, clue, "close", expect=409)

        await desk.handler.act(RECEIVED, row["id"], "close-case", case_closed_on="2026-06-01")
        await desk.handler.act(RECEIVED, row["id"], "feed-back", case_filed=1, discipline_persons=2, money_recovered="11.3", text="办结情况")
        await fed.settle()
        await county.clerk.act(ISSUED, clue, "ask-again", explanation="请补充发放凭据")
        await fed.settle()
        assert (await desk.only())["status"] == "feedback_redo"
        await desk.handler.act(RECEIVED, row["id"], "feed-back", case_filed=1, discipline_persons=2, money_recovered="11.3", text="已补充")
        await fed.settle()
        await county.clerk.act(ISSUED, clue, "verify")
        await county.clerk.act(ISSUED, clue, "close")
        await fed.settle()
        done = await county.clerk.record(ISSUED, clue)
        assert (done["status"], done["outcome"], done["feedbacks"]) == ("closed", "立案1人,处分诫勉2人,挽回资金11.3万元", 3)
        assert (await desk.only())["status"] == "closed"


async def test_nobody_on_the_way_reads_the_clue_and_neither_end_stores_it_in_clear(start_federation) -> None:
    async with start_federation(only(COUNTY, DESK, CITY)) as fed:
        county, desk = await Issuing.of(fed[COUNTY]), await Desk.of(fed[DESK])
        clue = await county.sent()
        await fed.settle()
        row = await desk.only()
        opened = await desk.intake.post(f"/api{RECEIVED}/{row['id']}/body", {"purpose": "handle", "detail": "分办需要"})
        assert opened.json()["body"]["statement"] == BODY["statement"]
        assert (await county.clerk.post(f"/api{ISSUED}/{clue}/body", {"purpose": "handle"})).status_code == 200
        for office in (COUNTY, DESK, CITY):
            assert await _tables_with(fed[office], CANARY, BODY["person"], "clue_transfer.sent") == []


async def test_the_office_above_learns_counts_only_and_small_ones_are_withheld(start_federation) -> None:
    async with start_federation(only(COUNTY, DESK, CITY)) as fed:
        county, desk = await Issuing.of(fed[COUNTY]), await Desk.of(fed[DESK])
        for _ in range(4):
            await county.sent()
        await fed.settle()
        for row in await desk.intake.list(RECEIVED):
            await desk.assigned(row["id"])
        first, *_ = await desk.intake.list(RECEIVED)
        await desk.disposed(first["id"])
        await fed.settle()
        city = await fed[CITY].login("office_director")
        lines = {line["office"]: line for line in (await city.get("/api/clue-transfer/observed")).json()["lines"]}
        line = lines[COUNTY]
        four = {"low": 4, "high": 4}
        assert (line["issued"]["transferred"], line["handled"]["signed"], line["agrees"]) == (four, four, True)
        assert line["issued"]["disposed"] == {"low": 1, "high": None}
        assert "&lt;3</td>" in (page := await city.page("/clue-transfer/observed"))
        assert CANARY not in page


async def test_a_returned_clue_is_put_right_and_sent_again_under_the_same_id(start_federation) -> None:
    async with start_federation(only(COUNTY, DESK)) as fed:
        county, desk = await Issuing.of(fed[COUNTY]), await Desk.of(fed[DESK])
        clue = await county.sent()
        await fed.settle()
        row = await desk.only()
        await desk.intake.act(RECEIVED, row["id"], "return", reason="missing_annex", explanation="附件二未附")
        await fed.settle()
        back = await county.clerk.record(ISSUED, clue)
        assert (back["status"], back["return_reason"]) == ("returned", "附件不全")
        await county.clerk.act(ISSUED, clue, "correct", **(BODY | {"statement": "补正后的表述"}))
        await county.clerk.act(ISSUED, clue, "seal", handed_over_by="经办人戊")
        await county.clerk.act(ISSUED, clue, "send")
        await fed.settle()
        again = await desk.only()
        assert (again["id"], again["status"], again["attempt"]) == (row["id"], "delivered", 2)
        opened = await desk.intake.post(f"/api{RECEIVED}/{row['id']}/body", {"purpose": "handle"})
        assert opened.json()["body"]["statement"] == "补正后的表述"


async def test_a_wrongly_addressed_clue_is_rerouted_openly(start_federation) -> None:
    async with start_federation(only(COUNTY, DESK, ORGANIZATION)) as fed:
        county, desk = await Issuing.of(fed[COUNTY]), await Desk.of(fed[DESK])
        clue = await county.sent()
        await fed.settle()
        await desk.intake.act(RECEIVED, (await desk.only())["id"], "return", reason="wrong_addressee", explanation="属选人用人事项")
        await fed.settle()
        await county.head.act(ISSUED, clue, "reroute", kind="organization", explanation="经核属选人用人")
        await county.clerk.act(ISSUED, clue, "seal", handed_over_by="经办人戊")
        await county.clerk.act(ISSUED, clue, "send")
        await fed.settle()
        assert (await desk.only())["status"] == "withdrawn"
        organization = await fed[ORGANIZATION].login("org_dept")
        (row,) = await organization.list(RECEIVED)
        assert row["status"] == "delivered"
        record = await county.clerk.record(ISSUED, clue)
        assert record["recipient"] == ORGANIZATION
        assert "改派" in record["marks"]
        assert "人工改派" in record["route_why"]


async def test_a_withdrawal_before_the_signature_succeeds_and_one_after_it_loses(start_federation) -> None:
    async with start_federation(only(COUNTY, DESK)) as fed:
        county, desk = await Issuing.of(fed[COUNTY]), await Desk.of(fed[DESK])
        first, second = await county.sent(), await county.sent()
        await fed.settle()
        rows = {row["serial"]: row for row in await desk.intake.list(RECEIVED)}
        await county.clerk.act(ISSUED, first, "withdraw", explanation="清单有误")
        await fed.settle()
        assert (await county.clerk.record(ISSUED, first))["status"] == "withdrawn"
        assert (await desk.intake.record(RECEIVED, rows["YL-01-X01"]["id"]))["seal"] == "正文已销毁"

        fed.network.cut(COUNTY, DESK)
        await desk.intake.act(RECEIVED, rows["YL-01-X02"]["id"], "sign", signed_by="案管经办人己")
        await county.clerk.act(ISSUED, second, "withdraw", explanation="清单有误")
        assert (await county.clerk.record(ISSUED, second))["status"] == "withdrawing"
        fed.network.heal()
        await fed.settle()
        assert (await county.clerk.record(ISSUED, second))["status"] == "signed"
        assert (await desk.intake.record(RECEIVED, rows["YL-01-X02"]["id"]))["status"] == "signed"


async def test_a_shelved_clue_is_taken_up_again_and_extensions_are_asked_and_granted(start_federation) -> None:
    async with start_federation(only(COUNTY, DESK)) as fed:
        county, desk = await Issuing.of(fed[COUNTY]), await Desk.of(fed[DESK])
        clue = await county.sent()
        await fed.settle()
        row = (await desk.only())["id"]
        await desk.assigned(row)
        await desk.disposed(row, "shelved")
        await fed.settle()
        assert (await county.clerk.record(ISSUED, clue))["disposition"] == "暂存待查"
        await desk.handler.act(RECEIVED, row, "reactivate", explanation="有新情况")
        due = (await desk.intake.record(RECEIVED, row))["feedback_due_on"]
        later = f"{int(due[:4]) + 1}{due[4:]}"
        await desk.handler.act(RECEIVED, row, "extend", until=due, explanation="不晚于现期限", expect=422)
        await desk.handler.act(RECEIVED, row, "extend", until=later, explanation="外地取证")
        await fed.settle()
        assert (await county.clerk.record(ISSUED, clue))["status"] == "reactivated"
        await county.clerk.act(ISSUED, clue, "decide-extension", granted=True)
        await fed.settle()
        assert (await desk.intake.record(RECEIVED, row))["feedback_due_on"] == later
        await county.clerk.act(ISSUED, clue, "urge", explanation="请按期反馈")
        await county.clerk.act(ISSUED, clue, "supervise", requirement="限期报送", due_on=later)
        await fed.settle()
        assert set((await desk.intake.record(RECEIVED, row))["marks"]) == {"被催1次", "督办"}


async def test_a_cadre_managed_above_leaves_a_stub_and_nothing_else(start_federation) -> None:
    async with start_federation(only(COUNTY, CITY, CITY_DESK)) as fed:
        county = await Issuing.of(fed[COUNTY])
        refused = await county.clerk.create(ISSUED, expect=409, **report(cadre_tier="city"))
        assert refused["code"] == "clue_transfer.managed_above"
        assert await _tables_with(fed[COUNTY], CANARY, BODY["person"]) == []
        stub = await county.clerk.create(STUBS, team="YL-01", cadre_tier="city")
        await fed.settle()
        desk = await fed[CITY_DESK].login("discipline_intake")
        (announced,) = await desk.list(ANNOUNCED)
        assert (announced["serial"], announced["origin"]) == ("YL-01-X01", COUNTY)
        await desk.act(ANNOUNCED, announced["id"], "receive", received_on=announced["registered_on"], received_by="案管经办人己")
        await fed.settle()
        assert (await county.clerk.record(STUBS, stub["id"]))["status"] == "received"
        (seen,) = await (await fed[CITY].login("office_director")).list("/clue-transfer/observed-stubs")
        assert (seen["status"], seen["addressee"]) == ("received", CITY_DESK)


async def test_a_reader_outside_the_need_to_know_finds_nothing(start_federation) -> None:
    async with start_federation(only(COUNTY, DESK)) as fed:
        county, desk = await Issuing.of(fed[COUNTY]), await Desk.of(fed[DESK])
        await county.sent()
        await fed.settle()
        row = (await desk.only())["id"]
        assert (await desk.handler.list(RECEIVED)) == []
        await desk.handler.record(RECEIVED, row, expect=404)
        named = await fed[DESK].login("discipline_intake", "discipline_desk", name="关系人B")
        assert await named.list(RECEIVED) == []
        await named.record(RECEIVED, row, expect=404)
        await desk.intake.act(RECEIVED, row, "sign", signed_by="己")
        await desk.intake.act(RECEIVED, row, "number")
        answer = await desk.intake.act(RECEIVED, row, "assign", handler=await account_id(named), expect=409)
        assert answer["code"] == "clue_transfer.handler_unsuitable"


def _year(fed) -> int:
    return fed[COUNTY].node.clock().year


async def _tables_with(node, *needles: str) -> list[str]:
    """Tables of a node in which any of the words can be read, in any column: as text, or as UTF-8 bytes."""
    found = []
    async with node.node.engine.connect() as connection:
        tables = await connection.execute(sa.text("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT LIKE 'pg_%' AND schemaname <> 'information_schema'"))
        for table in tables.scalars().all():
            for needle in needles:
                text = "%" + needle + "%"
                hexed = "%" + needle.encode().hex() + "%"
                hit = await connection.scalar(
                    sa.text(f"SELECT EXISTS (SELECT 1 FROM {table} AS t WHERE t::text LIKE :text OR t::text LIKE :hexed)"), {"text": text, "hexed": hexed}
                )
                found += [f"{table}: {needle}"] if hit else []
    return found
