"""The demo's chapter on inspection work plays from beginning to end and leaves what the other chapters build on."""

from tests.federation.inspection.stage import Calendar, InProcessStory
from tests.node.inspection.specs import CITY, COUNTY

OFFICES = {
    "990000-inspection": CITY, "990100-inspection": CITY, "990200-inspection": CITY,
    "990121-inspection": COUNTY, "990122-inspection": COUNTY, "990103-inspection": COUNTY,
}
COUNTIES = ("990121-inspection", "990122-inspection", "990103-inspection")


async def test_the_chapter_plays_and_three_counties_share_one_common_problem(start_federation):
    calendar = Calendar()
    async with start_federation(OFFICES, clock=calendar.now) as fed:
        story = InProcessStory(fed, calendar)
        await story.open_accounts(*OFFICES)
        await story.play("10_inspection")
        orgs = 0
        for county in COUNTIES:
            rows = await story.officer(county, "office_director").list("/inspection/findings", category="F2.4", size=100)
            confirmed = {row["target"] for row in rows if row["confirmed_on"] and "固定资产" in row["deidentified"]}
            orgs += len(confirmed)
            assert confirmed, county
        assert orgs == 11
        filed = await story.officer("990100-inspection", "office_clerk").list("/inspection/received-filings", size=100)
        assert {row["status"] for row in filed} == {"acknowledged", "signed", "sent"}
        for node in fed:
            async with node.node.reading() as uow:
                for part in node.node.spec.slices:
                    for rule in part.invariants:
                        assert list(await rule.check(uow)) == [], rule.name
                    for source in part.figures:
                        assert {cell.indicator for cell in await source.compute(uow)} <= {figure.code for figure in source.figures}
