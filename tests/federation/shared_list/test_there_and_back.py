"""A list from the city to its counties and back, and what a new version does to a local one."""

from tests.federation.shared_list.conftest import COPIES, COUNTY, FINISH, ISSUED, OTHER, RECEIVED, adapt, decide, draft, items_of, only, publish

MODIFY = {"decision": "modify", "content": "第1类问题表现(结合本县)", "reason": "本县情况不同"}
DROP = {"decision": "drop", "reason": "本县没有此类事项"}


async def test_a_list_is_published_adapted_filed_back_and_commented(fed):
    city, county = await fed["990100-inspection"].login(), await fed[COUNTY].login()
    made = await draft(city)
    await publish(city, made["id"], serial="演巡办〔2026〕7号")
    await fed.settle()

    received = await only(county, RECEIVED)
    assert received["status"] == "received"
    await adapt(county, received["id"], {"问题-01": MODIFY, "问题-02": DROP})
    await fed.settle()

    copy = await only(city, COPIES, office=COUNTY)
    assert copy["status"] == "filed_back"
    filing = await only(city, "/shared-list/filings")
    assert filing["composition"] == "采用4 修改1 删去1 新增0"
    page = await city.page(f"/shared-list/filings/{filing['id']}")
    assert "<ins>(结合本县)</ins>" in page

    await city.act("/shared-list/filings", filing["id"], "comment", text="修改有据。")
    await fed.settle()
    assert "修改有据。" in await county.page(f"{RECEIVED}/{received['id']}")
    assert (await county.record(RECEIVED, received["id"]))["status"] == "filed_back"  # a comment blocks nothing
    assert (await only(city, COPIES, office=OTHER))["status"] == "sent"


async def test_a_new_version_makes_the_local_one_stale_and_is_merged(fed):
    city, county = await fed["990100-inspection"].login(), await fed[COUNTY].login()
    made = await draft(city)
    await publish(city, made["id"])
    await fed.settle()
    first = await only(county, RECEIVED)
    await county.act(RECEIVED, first["id"], "sign")
    await county.act(RECEIVED, first["id"], "start")
    await decide(county, first["id"], {"问题-01": MODIFY, "问题-02": DROP, "问题-03": {**MODIFY, "content": "第3类(本地)"}})
    await county.act(RECEIVED, first["id"], "add-item", number="样-01", kind_title="问题清单", content="本地特有问题", reason="本县林地多")
    await county.act(RECEIVED, first["id"], "adopt-rest")
    for action, form in FINISH:
        await county.act(RECEIVED, first["id"], action, **form)

    second = await city.act(ISSUED, made["id"], "new-version", title="八届三轮“3+2”清单")
    await change_upstream(city, second["id"])
    await publish(city, second["id"], offices=(COUNTY,))
    await fed.settle()

    assert (await county.record(RECEIVED, first["id"]))["status"] == "stale"
    assert (await only(city, COPIES, office=OTHER))["status"] == "withdrawn"  # left out of the new version, and told so
    newer = next(row for row in await county.list(RECEIVED) if row["status"] == "received")
    await county.act(RECEIVED, newer["id"], "sign")
    await county.act(RECEIVED, newer["id"], "start")
    items = await items_of(county, newer["id"])
    assert {number: (item["merge_outcome"], item["decision"]) for number, item in items.items()} == {
        "政策-01": ("carried", "adopt"),
        "问题-01": ("both_changed", None),
        "问题-02": ("now_locked", None),
        "问题-03": ("removed_upstream", None),
        "问题-04": ("took_upstream", "adopt"),
        "问题-05": ("carried", "adopt"),
        "问题-06": ("new", None),
        "样-01": ("kept_addition", "add"),
    }
    page = await county.page(f"/shared-list/adaptations/{newer['id']}/merge")
    assert "上级与本地都有改动" in page and "第1类问题表现(结合本县)" not in items["问题-01"]["content"]

    refused = await county.act(RECEIVED, newer["id"], "finish", expect=409)
    assert refused["code"] == "shared_list.items_undecided"
    await decide(county, newer["id"], {"问题-02": {"settlement": "keep_local"}}, expect=422)
    await decide(
        county,
        newer["id"],
        {
            "问题-01": {"settlement": "keep_local"},
            "问题-02": {"settlement": "take_upstream"},
            "问题-03": {"settlement": "keep_local"},
            "问题-06": {"decision": "adopt"},
        },
    )
    for action, form in FINISH:
        await county.act(RECEIVED, newer["id"], action, **form)
    await fed.settle()
    filing = next(row for row in await city.list("/shared-list/filings") if row["list_name"].endswith("v2"))
    assert filing["composition"] == "采用5 修改1 删去0 新增2"


async def change_upstream(city, list_id: str) -> None:
    """v2: 01 and 04 reworded, 02 locked, 03 removed, 06 new."""
    rows = {row["number"]: row for row in await city.list("/shared-list/items", list="v2")}
    for number, change in {"问题-01": {"content": "上级改写一"}, "问题-04": {"content": "上级改写四"}, "问题-02": {"locked": True}}.items():
        row = await city.record("/shared-list/items", rows[number]["id"])
        form = {"kind": "problem_list", "number": number, "section": "惠农补贴", "content": row["content"], "locked": False} | change
        await city.act("/shared-list/items", rows[number]["id"], "edit", **form)
    await city.act("/shared-list/items", rows["问题-03"]["id"], "remove")
    await city.act(ISSUED, list_id, "add-item", kind="problem_list", number="问题-06", section="惠农补贴", content="新增问题")


async def test_proposals_get_a_visible_fate(fed):
    city, county, other = await fed["990100-inspection"].login(), await fed[COUNTY].login(), await fed[OTHER].login()
    made = await draft(city)
    await city.act(ISSUED, made["id"], "solicit", offices=[COUNTY, OTHER], due_on="2099-01-31", note="请提意见")
    await fed.settle()
    asked = await only(county, "/shared-list/solicitations")
    proposal = {"change": "add", "content": "增加公益林补贴未公示", "reason": "上轮发现"}
    await county.act("/shared-list/solicitations", asked["id"], "reply", proposals=[proposal, {**proposal, "content": "增加集体林权流转"}])
    await other.act("/shared-list/solicitations", (await only(other, "/shared-list/solicitations"))["id"], "reply", no_comment=True)
    await fed.settle()

    page = await city.page(f"{ISSUED}/{made['id']}")
    assert "2条建议" in page and "无意见" in page
    first, second = await city.list("/shared-list/proposals", sort="content")
    await city.act("/shared-list/proposals", first["id"], "adopt")
    await city.act("/shared-list/proposals", second["id"], "decline", reason="已在政策清单中体现")
    await city.act("/shared-list/proposals", second["id"], "adopt", expect=409)
    await fed.settle()
    fates = {
        row["content"]: (row["status"], row["adopted_in"], row["decline_reason"]) for row in await county.list("/shared-list/submitted-proposals")
    }
    assert fates[first["content"]][:2] == ("adopted", "v1")
    assert fates[second["content"]] == ("declined", None, "已在政策清单中体现")


async def test_urging_extension_withdrawal(fed):
    city, county = await fed["990100-inspection"].login(), await fed[COUNTY].login()
    made = await draft(city)
    await publish(city, made["id"], adapt_due_on="2099-03-01")
    await fed.settle()
    copy = await only(city, COPIES, office=COUNTY)
    await city.act(COPIES, copy["id"], "urge", level="remind", note="请及时签收")
    await city.act(COPIES, copy["id"], "urge", level="supervise")
    await fed.settle()
    received = await only(county, RECEIVED)
    assert (await county.record(RECEIVED, received["id"]))["urged_times"] == 2
    await county.act(RECEIVED, received["id"], "sign")
    await county.act(RECEIVED, received["id"], "extend", until="2099-03-20", reason="领导小组会议推迟")
    assert (await county.act(RECEIVED, received["id"], "extend", until="2099-03-21", reason="再次", expect=409))[
        "code"
    ] == "shared_list.extension_pending"
    await fed.settle()
    await city.act("/shared-list/extensions", (await only(city, "/shared-list/extensions"))["id"], "grant", reason="同意")
    await fed.settle()
    assert (await county.record(RECEIVED, received["id"]))["adapt_due_on"] == "2099-03-20"

    await city.act(ISSUED, made["id"], "withdraw", reason="依据文件已修订")
    await fed.settle()
    record = await county.record(RECEIVED, received["id"])
    assert (record["status"], record["ended_reason"]) == ("withdrawn", "依据文件已修订")
    assert (await county.act(RECEIVED, received["id"], "start", expect=409))["code"] == "node.step_not_allowed"
