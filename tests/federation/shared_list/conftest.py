"""A city and two counties that compose only shared lists, and a list to send."""

import pytest

from capabilities import shared_list
from nodekit.spec import NodeSpec
from shared_schemas.offices import OfficeKind, Tier

CITY, COUNTY, OTHER = "990100-inspection", "990121-inspection", "990122-inspection"
CITY_SPEC = NodeSpec("lists_city", OfficeKind.INSPECTION, (Tier.CITY,), (shared_list.issuer(), shared_list.receiver()))
COUNTY_SPEC = NodeSpec("lists_county", OfficeKind.INSPECTION, (Tier.COUNTY,), (shared_list.receiver(),))
ISSUED, RECEIVED, COPIES = "/shared-list/issued", "/shared-list/received", "/shared-list/copies"
ROWS = "\n".join(
    ["政策清单\t政策-01\t惠农补贴\t耕地地力保护补贴政策\t示农发〔2025〕3号\t是"]
    + [f"问题清单\t问题-0{n}\t惠农补贴\t第{n}类问题表现\t\t\t政策-01" for n in range(1, 6)]
)


@pytest.fixture
async def fed(start_federation):
    async with start_federation({CITY: CITY_SPEC, COUNTY: COUNTY_SPEC, OTHER: COUNTY_SPEC}) as federation:
        yield federation


async def draft(city, rows: str = ROWS, **head) -> dict:
    """A list with items, not yet approved."""
    made = await city.create(ISSUED, title="八届三轮“3+2”清单", kind="three_plus_two_list", round_label="八届三轮", **head)
    await city.act(ISSUED, made["id"], "paste", text=rows)
    return made


async def publish(city, list_id: str, offices=(COUNTY, OTHER), **form) -> None:
    await city.act(ISSUED, list_id, "approve")
    await city.act(ISSUED, list_id, "publish", offices=list(offices), **form)


async def adapt(county, record_id: str, departures: dict[str, dict] | None = None) -> None:
    """Sign, adapt (adopting what is not named), confirm, use and file back."""
    await county.act(RECEIVED, record_id, "sign")
    await county.act(RECEIVED, record_id, "start")
    await decide(county, record_id, departures or {})
    await county.act(RECEIVED, record_id, "adopt-rest")
    for action, form in FINISH:
        await county.act(RECEIVED, record_id, action, **form)


FINISH = (
    ("finish", {}),
    ("confirm", {"confirmed_on": "2026-01-15", "meeting": "县委巡察工作领导小组2026年第1次会议"}),
    ("use", {}),
    ("file", {}),
)


async def items_of(client, record_id: str) -> dict[str, dict]:
    answer = await client.get(f"/api{RECEIVED}/{record_id}/items")
    assert answer.status_code == 200, answer.text
    return {item["number"]: item for item in answer.json()["items"]}


async def decide(client, record_id: str, choices: dict[str, dict], *, expect: int = 200) -> dict:
    """Decide about items by number."""
    if not choices:
        return {}
    items = await items_of(client, record_id)
    body = {"decisions": [{"item_id": items[number]["id"], **choice} for number, choice in choices.items()]}
    answer = await client.post(f"/api{RECEIVED}/{record_id}/decisions", body)
    assert answer.status_code == expect, answer.text
    return answer.json()


async def only(client, ledger: str, **params) -> dict:
    """The one row of a ledger."""
    rows = await client.list(ledger, **params)
    assert len(rows) == 1, rows
    return rows[0]
