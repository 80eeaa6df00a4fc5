"""Letters between an issuer and its addressees when things do not go straight: returned, withdrawn, voided, extended, done again, forged."""

from __future__ import annotations

from uuid import UUID

from shared_schemas.common_issue import v1
from tests.federation.common_issue.offices import (
    CITY,
    COUNTS,
    COUNTY,
    ESCALATIONS,
    FINANCE,
    INCOMING,
    INSTRUMENTS,
    ISSUES,
    LETTERS,
    OTHER,
    RECEIVED,
    Inspection,
    only,
    received,
)
from tests.support.inspection import day

RESULT = {"text": "自查整改已完成。", "replied_by": "联络员丙"}


async def test_a_suggestion_letter_is_answered_by_plan_and_result_and_done_again_until_accepted(start_federation) -> None:
    async with start_federation(only(CITY, FINANCE)) as fed:
        city, desk = await Inspection.of(fed[CITY]), await fed[FINANCE].login("sector_dept")
        await city.issued(await city.issue(), "suggestion_letter", FINANCE)
        await fed.settle()
        letter = await received(desk)
        await desk.act(RECEIVED, letter["id"], "result", expect=409, **RESULT)
        await desk.act(RECEIVED, letter["id"], "sign", signed_by="联络员丙")
        await desk.act(RECEIVED, letter["id"], "plan", text="由张三局长牵头整改。", replied_by="联络员丙", expect=422)
        await desk.act(RECEIVED, letter["id"], "plan", text="成立专班,分步整改。", replied_by="联络员丙")
        await desk.act(RECEIVED, letter["id"], "extension", until=day(60), explanation="涉及面广")
        await fed.settle()
        copy = await city.copy(FINANCE)
        assert (copy["status"], copy["plan_on"]) == ("plan_replied", day())
        await city.reviewer.act(LETTERS, copy["id"], "decide-extension", granted=True)
        await fed.settle()
        assert (await received(desk))["result_due_on"] == day(60)
        await desk.act(RECEIVED, letter["id"], "result", **RESULT)
        await fed.settle()
        await city.reviewer.act(LETTERS, copy["id"], "redo", opinion="缺制度", due_on=day(10))
        await fed.settle()
        again = await received(desk)
        assert (again["status"], again["opinion"], again["result_due_on"]) == ("redo", "缺制度", day(10))
        await desk.act(RECEIVED, letter["id"], "result", **RESULT)
        await fed.settle()
        await city.reviewer.act(LETTERS, copy["id"], "accept")
        await city.reviewer.act(LETTERS, copy["id"], "close")
        await fed.settle()
        assert (await received(desk))["status"] == "closed"
        (letter,) = await city.clerk.list(INSTRUMENTS)
        assert letter["status"] == "closed"


async def test_returned_withdrawn_and_voided_letters_end_on_both_sides(start_federation) -> None:
    async with start_federation(only(CITY, FINANCE, COUNTY)) as fed:
        city, desk = await Inspection.of(fed[CITY]), await fed[FINANCE].login("sector_dept")
        county = await fed[COUNTY].login("office_clerk")
        issue = await city.issue()
        await city.issued(issue, "copy_notice", FINANCE)
        await fed.settle()
        letter = await received(desk)
        await desk.act(RECEIVED, letter["id"], "return", reason="wrong_addressee", explanation="不属本部门")
        await fed.settle()
        copy = await city.copy(FINANCE)
        assert (copy["status"], copy["return_reason"]) == ("returned", "不属本单位职责")
        await city.clerk.act(LETTERS, copy["id"], "withdraw", explanation="改发其他部门")
        circular = await city.issued(issue, "circular", COUNTY)
        await fed.settle()
        assert (await received(desk))["status"] == "withdrawn"
        late = await received(county)
        await county.act(RECEIVED, late["id"], "sign", signed_by="经办人戊")
        await fed.settle()
        await city.clerk.act(LETTERS, (await city.copy(COUNTY))["id"], "withdraw", explanation="主送有误", expect=409)
        await city.clerk.act(INSTRUMENTS, circular, "void", notice="数据有误,另行通报。")
        await fed.settle()
        struck = await received(county)
        assert (struck["status"], struck["notice"]) == ("voided", "数据有误,另行通报。")
        await county.act(RECEIVED, late["id"], "result", expect=409, text="自查已完成。", replied_by="戊", **COUNTS)


async def test_a_stranger_moves_no_letter_and_counties_never_write_to_each_other(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY, OTHER)) as fed:
        city = await Inspection.of(fed[CITY])
        await city.issued(await city.issue(), "circular", COUNTY)
        await fed.settle()
        copy_id = UUID((await city.copy(COUNTY))["id"])
        letter = v1.InstrumentIssued.model_validate(
            {"copy_id": str(copy_id), "kind": "circular", "document_number": "范巡通〔2026〕1号", "title": "假冒通报", "category": "F2.4", "statement": "假冒", "requirement": "假冒",
             "units": 1, "offices": 1, "signed_off_by": "某", "issued_on": day(), "sign_due_on": day(), "result_due_on": day()}
        )
        async with fed[OTHER].node.unit_of_work() as uow:
            await uow.publish(v1.InstrumentSigned(copy_id=copy_id, signed_by="冒名", signed_on=uow.today), to=CITY)
            await uow.publish(letter, to=CITY)
        await fed.settle()
        assert (await city.copy(COUNTY))["status"] == "sent"
        refused = await fed[OTHER].scalar("SELECT count(*) FROM nodekit.outbox WHERE final = 'refused'")
        assert refused == 2
        assert await fed[CITY].scalar("SELECT count(*) FROM common_issue_receiver.letters") == 0


async def test_a_request_from_below_is_taken_up_merged_or_given_back_and_the_fate_is_seen(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY)) as fed:
        city, county = await Inspection.of(fed[CITY]), await Inspection.of(fed[COUNTY])
        form = {"title": "系统不衔接", "category": "F2.4", "units": 6, "statement": "资产系统与财务系统口径不一。", "wanted": "请统一口径。"}
        fates = {}
        for action, fields in (
            ("take-up", {"title": "系统不衔接", "statement": "资产系统与财务系统口径不一。"}), ("merge", {}), ("give-back", {"guidance": "可由本级部门协调解决。"}),
        ):
            request = await county.clerk.create(ESCALATIONS, **form)
            await county.head.act(ESCALATIONS, request["id"], "escalate")
            await fed.settle()
            (waiting,) = await city.clerk.list(INCOMING, tab="waiting")
            chosen = fields
            if action == "merge":
                chosen = {"issue": (await city.clerk.list(ISSUES))[0]["id"]}
            await city.head.act(INCOMING, waiting["id"], action, **chosen)
            await fed.settle()
            fate = await county.clerk.record(ESCALATIONS, request["id"])
            fates[fate["status"]] = (fate["issue_number"], fate["guidance"])
        assert set(fates) == {"taken_up", "merged_into", "returned_with_guidance"}
        assert fates["taken_up"][0] == fates["merged_into"][0] != ""
        assert fates["returned_with_guidance"][1] == "可由本级部门协调解决。"
        named = await county.clerk.create(ESCALATIONS, expect=422, **(form | {"statement": "样例县教育局系统不衔接。"}))
        assert named["code"] == "common_issue.names_somebody"
