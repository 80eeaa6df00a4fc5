"""The demo's chapter on common issues plays from beginning to end on what the chapter on inspection work left."""

from capabilities import common_issue, inspection
from nodekit.spec import NodeSpec
from shared_schemas.offices import OfficeKind, Tier
from tests.federation.common_issue.offices import DESK_SPECS, LETTERS
from tests.federation.inspection.stage import Calendar, InProcessStory

SLICES = (inspection.office(), common_issue.reporter(), common_issue.issuer(), common_issue.receiver())
COUNTY = NodeSpec(service="county", kind=OfficeKind.INSPECTION, tiers=(Tier.COUNTY,), slices=SLICES)
CITY = NodeSpec(service="city", kind=OfficeKind.INSPECTION, tiers=(Tier.CITY, Tier.PROVINCE), slices=(*SLICES, inspection.superior()))
OFFICES = {
    "990000-inspection": CITY, "990100-inspection": CITY, "990200-inspection": CITY, "990121-inspection": COUNTY, "990122-inspection": COUNTY, "990103-inspection": COUNTY,
    "990100-sector-finance": DESK_SPECS[OfficeKind.SECTOR], "990100-organization": DESK_SPECS[OfficeKind.ORGANIZATION], "990121-discipline": DESK_SPECS[OfficeKind.DISCIPLINE],
    "990122-discipline": DESK_SPECS[OfficeKind.DISCIPLINE],
}


async def test_the_chapter_plays_and_leaves_letters_in_several_states(start_federation):
    calendar = Calendar()
    async with start_federation(OFFICES, clock=calendar.now) as fed:
        story = InProcessStory(fed, calendar)
        await story.open_accounts(*OFFICES)
        await story.play("10_inspection", "30_common_issue")
        city = story.officer("990100-inspection", "office_clerk")
        letters = await city.list(LETTERS, size=100)
        assert sorted(row["status"] for row in letters) == ["closed", "closed", "result_replied", "sent", "sent", "signed", "signed", "signed", "superseded", "superseded"]
        (issue,) = [row for row in await city.list("/common-issue/issues", size=100) if row["title"] == "固定资产管理不到位"]
        assert issue["serial"].endswith("-003")
        for node in fed:
            async with node.node.reading() as uow:
                for part in node.node.spec.slices:
                    for rule in part.invariants:
                        assert list(await rule.check(uow)) == [], rule.name
                    for source in part.figures:
                        assert {cell.indicator for cell in await source.compute(uow)} <= {figure.code for figure in source.figures}
