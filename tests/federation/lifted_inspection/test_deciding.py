"""How an application ends other than by a plain yes: passed on to the province, declined, deferred, taken back, sent back, struck out."""

from __future__ import annotations

from typing import Any

from tests.federation.lifted_inspection.offices import (
    CITY,
    COUNTY,
    DESK,
    OPINIONS,
    ORGANIZATION,
    OTHER_CITY,
    PROVINCE,
    PROVINCE_DESK,
    REQUESTS,
    SIGNED,
    TASKS,
    WISH,
    approval,
    broken_rules,
    consulted,
    day,
    one,
    only,
    proposed,
    task_on,
)

REFUSAL: dict[str, Any] = {"decided_on": day(), "explanation": "本轮力量已排满。"}
ESCALATION: dict[str, Any] = {"opinion": "涉及多县,建议省级统筹。", "wanted_kind": "joint"}


async def test_the_province_returns_defers_and_approves_and_everybody_below_follows(start_federation) -> None:
    async with start_federation(only(PROVINCE, CITY, COUNTY)) as fed:
        county, city, province = await fed[COUNTY].login(), await fed[CITY].login(), await fed[PROVINCE].login()
        request = await proposed(county)
        await fed.settle()
        task = (await task_on(city))["id"]
        await consulted(city, task)
        await city.act(TASKS, task, "escalate", **ESCALATION)
        await fed.settle()
        assert (await county.record(REQUESTS, request))["status"] == "escalated"
        above = await task_on(province)
        assert ("样例县" in above["chain"], above["requester"]) == (True, COUNTY)

        await province.act(TASKS, above["id"], "return", explanation="请补充市级会商意见。")
        await fed.settle()
        assert [(await city.record(TASKS, task))["status"], (await county.record(REQUESTS, request))["status"]] == ["consulted", "consulting"]
        await city.act(TASKS, task, "escalate", **ESCALATION)
        await county.act(REQUESTS, request, "urge")
        await fed.settle()
        above = await task_on(province)
        assert (above["status"], above["urged"]) == ("proposed", 1), "the same task again, and the reminder reached who has to act"

        await consulted(province, above["id"], desk=PROVINCE_DESK)
        await province.act(TASKS, above["id"], "defer", revisit_on=day(60), **REFUSAL)
        await fed.settle()
        deferred = await county.record(REQUESTS, request)
        assert (deferred["status"], deferred["decided_by"]) == ("deferred", PROVINCE)
        await county.act(REQUESTS, request, "sign-decision", **SIGNED)
        await city.act(TASKS, task, "sign-above", **SIGNED)
        for step in ("decline", "consult"):
            await city.act(TASKS, task, step, expect=409, **(REFUSAL if step == "decline" else {"offices": [DESK]}))

        await consulted(province, above["id"], desk=PROVINCE_DESK, signed=True)
        await province.act(
            TASKS, above["id"], "approve", **approval(kind="joint", contributors=[CITY, OTHER_CITY], counting_owner=PROVINCE)
        )
        await fed.settle()
        approved = await county.record(REQUESTS, request)
        assert (approved["status"], approved["decided_by"], approved["decision_signed_on"]) == ("approved", PROVINCE, None), "the new decision waits for a signature"
        assert (await city.record(TASKS, task))["status"] == "approved_above"
        await county.act(REQUESTS, request, "sign-decision", **SIGNED)
        await city.act(TASKS, task, "sign-above", **SIGNED)
        await fed.settle()
        assert (await city.record(TASKS, task))["decision_signed_by"] == SIGNED["signed_by"]
        assert (await province.record(TASKS, above["id"]))["decision_signed_by"] == SIGNED["signed_by"]
        assert "提请上一级" in await county.page(f"{REQUESTS}/{request}")

        await province.act(TASKS, above["id"], "void", explanation="与国家专项重复。")
        await fed.settle()
        assert (await county.record(REQUESTS, request))["status"] == "voided"
        assert await broken_rules(fed) == []


async def test_desks_answer_by_event_and_the_city_declines_defers_or_goes_ahead(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY, DESK, ORGANIZATION)) as fed:
        county, city = await fed[COUNTY].login(), await fed[CITY].login()
        desk, organization = await fed[DESK].login(), await fed[ORGANIZATION].login()
        first, second = await proposed(county, target_name="样例县甲局党组"), await proposed(county, target_name="样例县乙局党组")
        await fed.settle()
        task = (await task_on(city, "甲局"))["id"]
        await city.act(TASKS, task, "sign", **SIGNED)
        await city.act(TASKS, task, "consult", offices=[DESK, ORGANIZATION], question="有何意见")
        assert (await city.act(TASKS, task, "consult", expect=409, offices=[DESK]))["code"] == "lifted_inspection.asked_already"
        await fed.settle()
        assert (await city.act(TASKS, task, "conclude", expect=409, summary="完成"))["code"] == "lifted_inspection.nobody_consulted"
        for officer, opinion in ((desk, "agree"), (organization, "disagree")):
            asked = (await one(officer, OPINIONS))["id"]
            answer = {"opinion": opinion, "text": "意见如下。", "replied_by": "承办人", "replied_on": day()}
            await officer.act(OPINIONS, asked, "answer", expect=409, **answer)
            await officer.act(OPINIONS, asked, "sign", **SIGNED)
            if officer is organization:
                assert (await city.act(TASKS, task, "conclude", expect=409, summary="完成"))["code"] == "lifted_inspection.opinions_outstanding"
            await officer.act(OPINIONS, asked, "answer", **answer)
            await fed.settle()
        assert (await city.record(TASKS, task))["opinions"] == 2
        assert "不同意" in await city.page(f"{TASKS}/{task}")
        await city.act(TASKS, task, "conclude", summary="完成")
        await city.act(TASKS, task, "decline", **REFUSAL)
        await fed.settle()
        declined = await county.record(REQUESTS, first)
        assert (declined["status"], declined["decision_text"]) == ("declined", REFUSAL["explanation"])
        await county.act(REQUESTS, first, "sign-decision", **SIGNED)

        task = (await task_on(city, "乙局"))["id"]
        await consulted(city, task)
        await city.act(TASKS, task, "defer", revisit_on=day(30), **REFUSAL)
        await fed.settle()
        assert (await county.record(REQUESTS, second))["revisit_on"] == day(30)
        await city.act(TASKS, task, "consult", offices=[ORGANIZATION])
        await city.act(TASKS, task, "conclude", summary="未等答复", missing_reason="时限紧")
        await city.act(TASKS, task, "approve", **approval(kind="lifted", contributors=[]))
        await fed.settle()
        assert (await county.record(REQUESTS, second))["status"] == "approved"
        assert await broken_rules(fed) == []


async def test_an_application_is_taken_back_in_time_sent_back_corrected_or_struck_out(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY)) as fed:
        county, city = await fed[COUNTY].login(), await fed[CITY].login()
        taken, late = await proposed(county, target_name="样例县甲局党组"), await proposed(county, target_name="样例县乙局党组")
        struck, crossed = await proposed(county, target_name="样例县丙局党组"), await proposed(county, target_name="样例县丁局党组")
        await fed.settle()
        why = {"explanation": "情况有变。"}
        await county.act(REQUESTS, taken, "withdraw", **why)
        await fed.settle()
        assert [(await county.record(REQUESTS, taken))["status"], (await task_on(city, "甲局"))["status"]] == ["withdrawn", "withdrawn"]

        # signed, or sent back, while the wish to have it back is on its way
        for name, request, step, form in (("乙局", late, "sign", SIGNED), ("丁局", crossed, "return", why)):
            fed.network.cut(COUNTY, CITY)
            await city.act(TASKS, (await task_on(city, name))["id"], step, **form)
            await county.act(REQUESTS, request, "withdraw", **why)
            fed.network.heal()
            await fed.settle()
        assert [(await county.record(REQUESTS, late))["status"], (await task_on(city, "乙局"))["status"]] == ["signed", "signed"]
        assert [(await county.record(REQUESTS, crossed))["status"], (await task_on(city, "丁局"))["status"]] == ["withdrawn", "withdrawn"]
        await county.act(REQUESTS, late, "withdraw", expect=409, **why)

        for request, name in ((late, "乙局"), (struck, "丙局")):
            await city.act(TASKS, (await task_on(city, name))["id"], "return", explanation="请补充对象情况。")
            await fed.settle()
            assert (await county.record(REQUESTS, request))["return_reason"] == "请补充对象情况。"
        await county.act(REQUESTS, late, "correct", **WISH | {"target_name": "样例县乙局党组", "explanation": "已补充", "findings": 15})
        number = (await county.record(REQUESTS, late))["document_number"]
        await county.act(REQUESTS, late, "propose")
        await county.act(REQUESTS, struck, "void", **why)
        await fed.settle()
        again = await task_on(city, "乙局")
        assert (again["status"], again["explanation"], again["request_number"]) == ("proposed", "已补充", number)
        assert (await task_on(city, "丙局"))["status"] == "withdrawn"
        await county.act(REQUESTS, late, "urge")
        await county.act(REQUESTS, late, "urge")
        await fed.settle()
        assert (await task_on(city, "乙局"))["urged"] == 2
        assert await broken_rules(fed) == []
