"""Three tiers composed of inspection work and indicators, and the acts every test needs."""

from __future__ import annotations

from capabilities import clue_transfer, indicators, inspection
from nodekit.spec import NodeSpec
from nodekit.testing import Federation
from shared_schemas.offices import OfficeKind, Tier
from tests.support.inspection import FINDINGS, Desk, day

PROVINCE, CITY, COUNTY, COUNTY_DESK = "990000-inspection", "990100-inspection", "990121-inspection", "990121-discipline"
SECOND_CITY = "990200-inspection"
FAST_S = 0.02


def inspection_spec(service: str, tier: Tier, title: str) -> NodeSpec:
    return NodeSpec(
        service=service, kind=OfficeKind.INSPECTION, tiers=(tier,),
        slices=(
            inspection.office(), inspection.superior(), clue_transfer.issuer(), clue_transfer.observer(), indicators.collector(title=title), indicators.published(),
            indicators.reporter(debounce_s=FAST_S),
        ),
    )


PROVINCE_SPEC = inspection_spec("province", Tier.PROVINCE, "联动态势")
CITY_SPEC = inspection_spec("city", Tier.CITY, "本市联动")
COUNTY_SPEC = inspection_spec("county", Tier.COUNTY, "本县联动")
DESK_SPEC = NodeSpec(
    service="discipline_commission", kind=OfficeKind.DISCIPLINE, tiers=tuple(Tier), slices=(clue_transfer.receiver(), indicators.reporter(debounce_s=FAST_S)),
)
SPECS = {PROVINCE: PROVINCE_SPEC, CITY: CITY_SPEC, COUNTY: COUNTY_SPEC, SECOND_CITY: CITY_SPEC, COUNTY_DESK: DESK_SPEC}


def only(*offices: str) -> dict[str, NodeSpec]:
    return {office: SPECS[office] for office in offices}


async def one_finding(fed: Federation, office: str) -> tuple[Desk, str, str]:
    """A round on site with one confirmed finding. Returns the desk, the team and the target."""
    desk = Desk(await fed[office].login())
    await desk.term()
    target = await desk.target()
    round_id = await desk.round(target)
    team = await desk.team(round_id, target)
    await desk.entered(round_id)
    await another_finding(desk, team, target)
    return desk, team, target


async def another_finding(desk: Desk, team: str, target: str) -> None:
    made = await desk.finding(team, target)
    await desk.client.act(FINDINGS, made["id"], "review")
    await desk.client.act(FINDINGS, made["id"], "confirm", on=day(), confirmation="事实确认单,单位已签字", deidentified="固定资产账实不符")
