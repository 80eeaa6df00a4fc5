"""A list ends with the round it was made for: a policy of the city, set off by the round's own event and by nothing from outside."""

from uuid import UUID, uuid4

from services.city.app import SPEC
from shared_schemas.inspection.v1 import RoundArchived
from tests.support.inspection import ROUNDS, Desk

CITY = "990100-inspection"
ISSUED = "/shared-list/issued"


async def test_lists_of_an_archived_round_are_retired_and_others_stay(start_federation):
    async with start_federation({CITY: SPEC}) as fed:
        client = await fed[CITY].login()
        desk = Desk(client)
        await desk.term()
        mine, other = await desk.round(number=3), await desk.round(number=4)
        ids = {}
        for name, round_id in (("mine", mine), ("other", other), ("none", None)):
            made = await client.create(ISSUED, title=f"清单 {name}", kind="three_plus_two_list", round=round_id)
            await client.act(ISSUED, made["id"], "paste", text="政策清单\t政策-01\t补贴\t补贴政策")
            await client.act(ISSUED, made["id"], "approve")
            await client.act(ISSUED, made["id"], "publish", offices=["990121-inspection"])
            ids[name] = made["id"]
        await client.create(ISSUED, title="清单 x", kind="three_plus_two_list", round=str(uuid4()), expect=422)
        for _twice in range(2):
            async with fed[CITY].node.unit_of_work() as uow:
                await uow.publish(RoundArchived(round_id=UUID(mine), name="八届市委第三轮巡察", archived_on=uow.today), to=CITY)
            await fed.settle()
        found = {name: (await client.record(ISSUED, record))["status"] for name, record in ids.items()}
        assert found == {"mine": "retired", "other": "published", "none": "published"}
        assert "清单随轮次归档" in await client.page(f"{ISSUED}/{ids['mine']}")
        assert (await client.record(ROUNDS, mine))["status"] == "planned"
