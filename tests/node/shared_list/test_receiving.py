"""What a county accepts, from whom, in which order, and how often."""

from uuid import uuid4

import pytest

from nodekit.errors import Refused
from shared_schemas.shared_list.v1 import FilingCommented, ListRetired, ListUrged, ListWithdrawn, ProposalDecided
from tests.node.shared_list.conftest import LIST, STRANGER, hear, items, published

RECEIVED = "/shared-list/received"


async def rows(node) -> list[dict]:
    return await (await node.login("office_clerk")).list(RECEIVED)


async def test_a_list_arrives_page_by_page_and_shows_when_it_is_whole(county):
    all_items = items(5)
    await hear(county, published(page=2, pages=2, some=all_items[3:], first=3))
    assert await rows(county) == []
    await hear(county, published(page=1, pages=2, some=all_items[:3]))
    [row] = await rows(county)
    assert (row["status"], row["progress"]) == ("received", "0/5 已定")


async def test_the_same_page_twice_changes_nothing(county):
    await hear(county, published())
    await hear(county, published())
    [row] = await rows(county)
    assert row["progress"] == "0/3 已定"


async def test_an_item_named_twice_is_taken_once(county):
    await hear(county, published(some=[*items(2), *items(2)]))
    assert (await rows(county))[0]["progress"] == "0/2 已定"


@pytest.mark.parametrize("origin", [STRANGER, "990121-discipline", "990200-inspection"])
async def test_a_list_from_anybody_but_a_superior_is_refused(county, origin):
    with pytest.raises(Refused):
        await hear(county, published(), origin)
    assert await rows(county) == []


async def test_the_province_may_send_to_a_county_as_well(county):
    await hear(county, published(), "990000-inspection")
    assert len(await rows(county)) == 1


@pytest.mark.parametrize(
    "event",
    [
        ListWithdrawn(list_id=LIST, number=1, reason="伪造的撤回"),
        ListRetired(list_id=LIST, number=1),
        ListUrged(list_id=LIST, number=1, level="urge", times=1),
        FilingCommented(list_id=LIST, number=1, revision=1, comment_id=uuid4(), text="伪造的意见", commented_by="某人"),
    ],
)
async def test_nobody_but_the_issuer_moves_its_list(county, event):
    await hear(county, published())
    with pytest.raises(Refused):
        await hear(county, event, "990000-inspection")
    assert (await rows(county))[0]["status"] == "received"


async def test_an_older_version_that_comes_late_is_stale_at_once(county):
    await hear(county, published(2))
    await hear(county, published(1))
    assert {row["local_version"]: row["status"] for row in await rows(county)} == {"v2": "received", "v1": "stale"}


async def test_a_withdrawn_list_stays_withdrawn_whatever_comes_late(county):
    await hear(county, published())
    await hear(county, ListWithdrawn(list_id=LIST, number=1, reason="依据已修订"))
    await hear(county, ListRetired(list_id=LIST, number=1))
    await hear(county, published())
    assert [row["status"] for row in await rows(county)] == ["withdrawn"]


async def test_urges_are_counted_once_each(county):
    await hear(county, published())
    for times in (1, 2, 2, 1):
        await hear(county, ListUrged(list_id=LIST, number=1, level="unheard_of", times=times))
    [row] = await rows(county)
    assert (await (await county.login()).record(RECEIVED, row["id"]))["urged_times"] == 2


async def test_a_fate_for_a_proposal_nobody_made_is_refused(county):
    from datetime import date

    with pytest.raises(Refused):
        await hear(county, ProposalDecided(list_id=LIST, proposal_id=uuid4(), outcome="adopted", adopted_in=2, decided_on=date(2026, 3, 2)))


async def test_an_office_without_adaptation_uses_the_list_word_for_word(county_as_is):
    await hear(county_as_is, published())
    officer = await county_as_is.login()
    [row] = await officer.list(RECEIVED)
    await officer.act(RECEIVED, row["id"], "sign")
    assert (await officer.post(f"/api{RECEIVED}/{row['id']}/start")).status_code == 404
    done = await officer.act(RECEIVED, row["id"], "use-as-is")
    assert (done["status"], done["progress"]) == ("in_use", "3/3 已定")
