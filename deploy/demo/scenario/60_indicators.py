"""The 74 figures four places published: checked and entered at one city, read at the province with source, scope, unit and precision."""  # noqa: N999 - stages are numbered

from __future__ import annotations

from importlib.resources import files

from deploy.demo.scenario.story import Federation

TITLE = "公开数据与联动态势"
SUBMITTER, PROVINCE = "990200-inspection", "990000-inspection"
COUNTIES = ("990121-inspection", "990122-inspection", "990103-inspection")
FIGURES, BOARD_FIGURE = "/indicators/published", "/api/indicators/figures/findings_total"
TABLE = (files("capabilities.indicators") / "data" / "published_figures.csv").read_text(encoding="utf-8")
COUNT = len(TABLE.strip().splitlines()) - 1


async def play(fed: Federation) -> None:
    await fed.step("例证市校验并导入公开数据", import_figures, ago=28)
    await fed.step("省级收到全部公开数据", wait_for_province, ago=28)
    await fed.step("各县数字汇到省级联动态势", wait_for_board, ago=0)


async def import_figures(fed: Federation) -> None:
    """A dry run first, as an officer would."""
    clerk = fed.officer(SUBMITTER, "info_officer")
    checked = await clerk.post("/api/indicators/import", {"text": TABLE, "commit": False})
    if checked["errors"]:
        raise AssertionError(f"公开数据校验未通过:{checked['errors'][:3]}")
    await clerk.post("/api/indicators/import", {"text": TABLE, "commit": True})


async def wait_for_province(fed: Federation) -> None:
    reader = fed.officer(PROVINCE, "office_director")

    async def all_there() -> bool:
        return bool((await reader.get(f"/api{FIGURES}", tab="current"))["total"] >= COUNT)

    await fed.wait_for(all_there, f"省级显示 {COUNT} 项公开数据")


async def wait_for_board(fed: Federation) -> None:
    """The counties' findings are in the province's total, each county once."""
    reader = fed.officer(PROVINCE, "office_director")

    async def three_counties() -> bool:
        parts = (await reader.get(BOARD_FIGURE))["parts"]
        told = {part["node"] for part in parts}
        return told.issuperset(COUNTIES)

    await fed.wait_for(three_counties, "三县发现问题数汇到省级")
