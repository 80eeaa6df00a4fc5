"""The issuing side alone: making a version, refusing what must not happen, accepting only what an office may say."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from nodekit.errors import Refused
from shared_schemas.shared_list.v1 import AdaptationFiled, ExtensionRequested, FiledItem, ListProgressed, ListSigned, ProposalsSubmitted
from tests.node.shared_list.conftest import COUNTY, STRANGER, hear, outgoing

ISSUED, ITEMS, COPIES, FILINGS = "/shared-list/issued", "/shared-list/items", "/shared-list/copies", "/shared-list/filings"
ROWS = "政策清单\t政策-01\t惠农\t补贴政策\t\t是\n信息清单\t信息-01\t信访\t信访情况\n问题清单\t问题-01\t惠农\t补贴滞留\t\t\t政策-01、信息-01"


@pytest.fixture
async def officer(city):
    return await city.login()


@pytest.fixture
async def draft(officer) -> dict:
    made = await officer.create(ISSUED, title="八届三轮“3+2”清单", kind="three_plus_two_list", round_label="八届三轮")
    return await officer.act(ISSUED, made["id"], "paste", text=ROWS)


async def publish(officer, record_id: str, **form) -> dict:
    await officer.act(ISSUED, record_id, "approve")
    return await officer.act(ISSUED, record_id, "publish", **({"offices": [COUNTY]} | form))


async def sent_items(city) -> list[str]:
    """Numbers of the items in the last published event, as they left."""
    raw = await city.scalar(
        "SELECT convert_from(event_bytes, 'UTF8') FROM nodekit.outbox WHERE type = 'shared_list.published.v1' ORDER BY created_at DESC LIMIT 1"
    )
    import json

    return [item["number"] for item in json.loads(raw)["body"]["items"]]


async def the_list(city) -> UUID:
    return await city.scalar("SELECT list_id FROM shared_list_issuer.issued_lists LIMIT 1")


async def test_pasted_rows_with_errors_are_refused_row_by_row_and_none_is_taken(officer, draft):
    text = "问题清单\t问题-02\t\t好的一行\n坏清单\t问题-03\t\t内容\n问题清单\t问题-01\t\t重复"
    answer = await officer.act(ISSUED, draft["id"], "paste", text=text, expect=422)
    messages = [field["message"] for field in answer["facts"]["fields"]]
    assert len(messages) == 2 and "第2行" in messages[0] and "清单中已有此编号" in messages[1]
    page = await officer.submit(f"{ISSUED}/{draft['id']}/paste", text=text)
    assert page.status_code == 422 and "好的一行" in page.text and "第2行" in page.text
    assert len(await officer.list(ITEMS)) == 3


async def test_the_information_list_stays_unless_sent_with_a_reason(city, officer, draft):
    await officer.act(ISSUED, draft["id"], "approve")
    refused = await officer.act(ISSUED, draft["id"], "publish", offices=[COUNTY], sends_restricted=True, expect=422)
    assert refused["facts"]["fields"][0]["path"] == "restricted_reason"
    await officer.act(ISSUED, draft["id"], "publish", offices=[COUNTY])
    assert await sent_items(city) == ["政策-01", "问题-01"]


async def test_the_information_list_travels_on_express_order(city, officer, draft):
    await publish(officer, draft["id"], sends_restricted=True, restricted_reason="供联合巡察使用")
    assert await sent_items(city) == ["政策-01", "信息-01", "问题-01"]


async def test_a_list_of_nothing_but_staying_items_is_not_sent(officer):
    made = await officer.create(ISSUED, title="信息清单一", kind="information_list")
    await officer.act(ISSUED, made["id"], "paste", text="\t信息-01\t\t信访情况")
    await officer.act(ISSUED, made["id"], "approve")
    assert (await officer.act(ISSUED, made["id"], "publish", offices=[COUNTY], expect=409))["code"] == "shared_list.nothing_travels"


async def test_an_empty_list_is_not_approved(officer):
    made = await officer.create(ISSUED, title="空清单", kind="problem_list")
    assert (await officer.act(ISSUED, made["id"], "approve", expect=409))["code"] == "shared_list.no_items"


@pytest.mark.parametrize("offices", [["990200-inspection"], ["990121-discipline"], [], ["nobody"]])
async def test_only_inspection_offices_below_can_be_chosen(officer, draft, offices):
    await officer.act(ISSUED, draft["id"], "approve")
    await officer.act(ISSUED, draft["id"], "publish", offices=offices, expect=422)


async def test_items_are_fixed_from_approval_on(officer, draft):
    await officer.act(ISSUED, draft["id"], "approve")
    item = (await officer.list(ITEMS))[0]
    form = {"kind": "problem_list", "number": "改-01", "content": "改"}
    assert (await officer.act(ISSUED, draft["id"], "add-item", expect=409, **form))["code"] == "node.step_not_allowed"
    await officer.act(ITEMS, item["id"], "edit", expect=409, **form)
    await officer.act(ISSUED, draft["id"], "return-to-draft", reason="还需修改")
    await officer.act(ITEMS, item["id"], "edit", **form)


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"number": "问题-01"}, 409, "shared_list.number_taken"),
        ({"links": "没有-99"}, 422, "shared_list.no_such_link"),
        ({"kind": "nothing"}, 422, "input.invalid"),
        ({"content": ""}, 422, "input.invalid"),
        ({"content": "坏\x00字"}, 422, "input.invalid"),
        ({"number": "长" * 41}, 422, "input.invalid"),
    ],
)
async def test_a_bad_item_is_refused(officer, draft, form, status, code):
    good = {"kind": "problem_list", "number": "问题-09", "content": "内容"}
    assert (await officer.act(ISSUED, draft["id"], "add-item", expect=status, **(good | form)))["code"] == code


async def test_one_version_is_made_at_a_time(officer, draft):
    await publish(officer, draft["id"])
    await officer.act(ISSUED, draft["id"], "new-version", title="第二版")
    assert (await officer.act(ISSUED, draft["id"], "new-version", title="又一版", expect=409))["code"] == "shared_list.version_in_progress"


async def test_a_voided_number_is_not_used_again(officer, draft):
    await publish(officer, draft["id"])
    second = await officer.act(ISSUED, draft["id"], "new-version", title="第二版")
    await officer.act(ISSUED, second["id"], "void", reason="另行修订")
    third = await officer.act(ISSUED, draft["id"], "new-version", title="第三版")
    assert third["number"] == "v3"


async def test_a_double_click_publishes_once(city, officer, draft):
    await officer.act(ISSUED, draft["id"], "approve")
    body, key = {"offices": [COUNTY]}, {"Idempotency-Key": "publish-1"}
    first, again = [await officer.post(f"/api{ISSUED}/{draft['id']}/publish", body, **key) for _ in range(2)]
    assert (first.status_code, again.status_code) == (200, 200)
    assert await outgoing(city, "shared_list.published.v1") == 1


@pytest.mark.parametrize(
    "say",
    [
        lambda list_id: ListSigned(list_id=list_id, number=1, signed_by="冒名者", signed_at=datetime.now(UTC)),
        lambda list_id: ListProgressed(list_id=list_id, number=1, revision=1, status="in_use", decided=2, total=2),
        lambda list_id: ExtensionRequested(list_id=list_id, number=1, until=date(2099, 1, 1), reason="冒名"),
        lambda list_id: ProposalsSubmitted(list_id=list_id, number=1, solicited=True, proposals=[], replied_by="冒名者"),
    ],
)
async def test_an_office_that_got_no_copy_has_no_say(city, officer, draft, say):
    await publish(officer, draft["id"])
    with pytest.raises(Refused):
        await hear(city, say(await the_list(city)), STRANGER)
    assert (await officer.list(COPIES))[0]["status"] == "sent"


async def test_words_about_an_unknown_list_are_refused(city):
    with pytest.raises(Refused):
        await hear(city, ListSigned(list_id=uuid4(), number=1, signed_by="经办人", signed_at=datetime.now(UTC)), COUNTY)


async def test_a_signature_counts_once_and_a_state_of_the_future_is_ignored(city, officer, draft):
    await publish(officer, draft["id"])
    list_id = await the_list(city)
    for name in ("经办人戊", "经办人己"):
        await hear(city, ListSigned(list_id=list_id, number=1, signed_by=name, signed_at=datetime.now(UTC)), COUNTY)
    await hear(city, ListProgressed(list_id=list_id, number=1, revision=0, status="unheard_of", decided=1, total=2), COUNTY)
    copy = await officer.record(COPIES, (await officer.list(COPIES))[0]["id"])
    assert (copy["status"], copy["signed_by"]) == ("signed", "经办人戊")


async def test_a_filing_in_two_pages_in_any_order_is_one_filing_and_a_later_one_replaces_it(city, officer, draft):
    await publish(officer, draft["id"])
    list_id = await the_list(city)
    keys = {
        number: await city.scalar("SELECT item_key FROM shared_list_issuer.issued_items WHERE number = :n", n=number)
        for number in ("政策-01", "问题-01")
    }
    await hear(city, ListSigned(list_id=list_id, number=1, signed_by="经办人戊", signed_at=datetime.now(UTC)), COUNTY)

    def page(number: int, revision: int = 1, pages: int = 2, departures: list[FiledItem] | None = None) -> AdaptationFiled:
        return AdaptationFiled(
            list_id=list_id,
            number=1,
            revision=revision,
            confirmed_on=date(2026, 3, 9),
            meeting="领导小组会议",
            filed_by="主任甲",
            departures_total=2,
            page=number,
            pages=pages,
            adopted=[keys["政策-01"]] if number == 1 else [],
            departures=departures if departures is not None else [],
        )

    modified = FiledItem(key=keys["问题-01"], decision="modify", content="本地改写", reason="理由")
    added = FiledItem(key=uuid4(), decision="add", content="本地新增", reason="理由")
    await hear(city, page(2, departures=[added]), COUNTY)
    assert await officer.list(FILINGS) == []
    await hear(city, page(1, departures=[modified]), COUNTY)
    await hear(city, page(1, departures=[modified]), COUNTY)
    [filing] = await officer.list(FILINGS)
    assert filing["composition"] == "采用1 修改1 删去0 新增1"
    await hear(city, page(1, revision=2, pages=1, departures=[]), COUNTY)
    assert {row["local_version"]: row["status"] for row in await officer.list(FILINGS)} == {"v1.1": "replaced", "v1.2": "filed"}

    bent = FiledItem(key=keys["政策-01"], decision="drop", reason="不适用")
    with pytest.raises(Refused, match="锁定"):
        await hear(city, page(1, revision=3, pages=1, departures=[bent]), COUNTY)


@pytest.mark.parametrize(
    ("posts", "action", "status"),
    [
        (("office_clerk",), "approve", 403),
        (("leading_group_head",), "approve", 200),
        (("team_member",), "approve", 403),
        (("sys_admin",), "approve", 403),
    ],
)
async def test_who_may_approve(city, draft, posts, action, status):
    other = await city.login(*posts)
    assert (await other.post(f"/api{ISSUED}/{draft['id']}/{action}")).status_code == status


async def test_kinds_are_data(officer):
    await officer.create("/shared-list/kinds", code="village_list", title="村情清单")
    await officer.create("/shared-list/kinds", code="village_list", title="又一清单", expect=409)
    made = await officer.create(ISSUED, title="村情清单一", kind="village_list")
    await officer.act(ISSUED, made["id"], "paste", text="\t村-01\t\t上河村")
    assert (await officer.list(ITEMS))[0]["kind_title"] == ["村情清单"]


async def test_every_page_of_the_issuing_side_opens(officer, draft):
    await publish(officer, draft["id"])
    copy = (await officer.list(COPIES))[0]
    item = (await officer.list(ITEMS))[0]
    pages = (
        "issued",
        "items",
        "copies",
        "proposals",
        "filings",
        "extensions",
        "kinds",
        f"issued/{draft['id']}",
        f"copies/{copy['id']}",
        f"items/{item['id']}",
        "issued/new",
        f"copies/{copy['id']}/urge",
    )
    for page in pages:
        await officer.page(f"/shared-list/{page}")
