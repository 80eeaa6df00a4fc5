"""The demo's chapter plays from the application to the close and leaves every office with what it should see."""

import importlib

from tests.federation.inspection.stage import InProcessStory
from tests.federation.lifted_inspection.offices import (
    ASSIGNMENTS,
    CANDIDATES,
    CITY,
    COPIES,
    COUNTY,
    DESK,
    LENDINGS,
    ORGANIZATION,
    OTHER_CITY,
    PROVINCE,
    REQUESTS,
    SECOND,
    TARGET,
    TASKS,
    THIRD,
    only,
)

OFFICES = only(
    PROVINCE, CITY, OTHER_CITY, COUNTY, SECOND, THIRD, DESK, ORGANIZATION, "990000-discipline", "990000-organization", "990121-discipline", "990121-organization"
)


async def test_the_chapter_plays_and_every_office_sees_its_part(start_federation):
    async with start_federation(OFFICES) as fed:
        story = InProcessStory(fed)
        await story.open_accounts(*OFFICES)
        await importlib.import_module("deploy.demo.scenario.40_lifted_inspection").play(story)
        await fed.settle()

        city, county = story.officer(CITY, "office_clerk"), story.officer(COUNTY, "office_clerk")
        tasks = {row["target_name"]: row for row in await city.list(TASKS, size=100)}
        assert {name: row["status"] for name, row in tasks.items()} == {
            TARGET: "closed", "范例县人民医院党委": "declined", "试点区东城街道党工委": "deferred", "样例县教育局党组": "approved_above",
            "范例县住建局党组": "proposed", "范例县水利局党组": "staffing",
        }
        requests = {row["target_name"]: row["status"] for row in await county.list(REQUESTS, size=100)}
        assert requests == {TARGET: "closed", "样例县教育局党组": "approved"}
        assert {row["status"] for row in await county.list(ASSIGNMENTS, q=TARGET)} == {"closed"}
        assert {row["status"] for row in await story.officer(SECOND, "office_clerk").list(ASSIGNMENTS, q=TARGET)} == {"closed"}
        people = {row["name"]: row["status"] for row in await city.list(CANDIDATES, q=TARGET)}
        assert people == {"抽调干部子": "returned", "抽调干部丑": "rejected", "抽调干部寅": "returned", "抽调干部卯": "returned"}
        assert {row["status"] for row in await story.officer(THIRD, "office_clerk").list(LENDINGS, q=TARGET)} == {"returned"}
        copies = await city.list(COPIES, q=TARGET, size=100)
        assert len([row for row in copies if row["status"] == "signed"]) == len(copies) - 1, "one department has not signed yet"
        page = await city.page(f"{TASKS}/{tasks[TARGET]['id']}")
        assert "文书签收矩阵" in page and "已更换" in page
        for url in ("decision-print", "task-print"):
            assert TARGET in await city.page(f"{TASKS}/{tasks[TARGET]['id']}/{url}")
        await _no_rule_is_broken_and_nobody_counts_twice(fed)


async def _no_rule_is_broken_and_nobody_counts_twice(fed) -> None:
    counted = []
    for node in fed:
        async with node.node.reading() as uow:
            for part in node.node.spec.slices:
                for rule in part.invariants:
                    assert list(await rule.check(uow)) == [], rule.name
                for source in part.figures:
                    cells = list(await source.compute(uow))
                    assert {cell.indicator for cell in cells} <= {figure.code for figure in source.figures}
                    counted += [(cell.counting_owner, cell.dimensions["kind"], int(cell.value)) for cell in cells if cell.indicator == "linkage_tasks"]
    assert counted == [(CITY, "cross", 1)]
