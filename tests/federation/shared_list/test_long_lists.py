"""Lists too long for one event travel in pages, down and up, and are there when the last page has come."""

from tests.federation.shared_list.conftest import CITY, COPIES, COUNTY, FINISH, RECEIVED, decide, draft, items_of, only, publish

ITEMS = 460
"""More than two pages by count; with texts this long, more by size."""
LONG = "按照要求逐项核对台账、合同、凭证和现场情况,重点看程序是否到位、资金是否安全、群众是否知情。" * 9
ROWS = "\n".join(f"问题清单\t问题-{n:03d}\t第{n % 7 + 1}节\t第{n}类问题:{LONG}" for n in range(1, ITEMS + 1))


async def test_a_list_of_many_pages_arrives_whole_and_is_filed_back_in_pages(fed):
    city, county = await fed[CITY].login(), await fed[COUNTY].login()
    made = await draft(city, ROWS)
    await publish(city, made["id"], offices=(COUNTY,))
    down = await fed[CITY].scalar("SELECT count(*) FROM nodekit.outbox WHERE type = 'shared_list.published.v1'")
    assert down > 2
    await fed.settle(within_s=180)
    received = await only(county, RECEIVED)
    items = await items_of(county, received["id"])
    assert list(items) == [f"问题-{n:03d}" for n in range(1, ITEMS + 1)]
    assert items["问题-460"]["content"] == f"第460类问题:{LONG}"

    await county.act(RECEIVED, received["id"], "sign")
    await county.act(RECEIVED, received["id"], "start")
    modified = {number: {"decision": "modify", "content": f"{number}(结合本县){LONG}", "reason": "结合本县实际细化"} for number in list(items)[:400]}
    dropped = {number: {"decision": "drop", "reason": "本县没有此类事项"} for number in list(items)[400:430]}
    await decide(county, received["id"], modified)
    await decide(county, received["id"], dropped)
    question = await county.page(f"{RECEIVED}/{received['id']}/adopt-rest")
    assert "确认全部采用?" in question
    assert (await county.record(RECEIVED, received["id"]))["status"] == "adapting"
    await county.act(RECEIVED, received["id"], "adopt-rest")
    for action, form in FINISH:
        await county.act(RECEIVED, received["id"], action, **form)
    up = await fed[COUNTY].scalar("SELECT count(*) FROM nodekit.outbox WHERE type = 'shared_list.filed.v1'")
    assert up > 1
    await fed.settle(within_s=180)
    assert (await only(city, COPIES, office=COUNTY))["status"] == "filed_back"
    filing = await only(city, "/shared-list/filings")
    assert filing["composition"] == "采用30 修改400 删去30 新增0"
    wordings = await fed[CITY].scalar("SELECT count(*) FROM shared_list_issuer.filed_items WHERE decision = 'modify' AND content LIKE :words", words=f"%(结合本县){LONG}")
    assert wordings == 400
    refused = [await node.scalar("SELECT count(*) FROM nodekit.outbox WHERE final = 'refused'") for node in fed]
    assert refused == [0, 0, 0]
