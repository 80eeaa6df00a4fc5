"""Offices composed of nothing but lifted inspection, and the acts every test needs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from capabilities import lifted_inspection
from nodekit.clock import local_date, utc_now
from nodekit.spec import NodeSpec
from nodekit.testing import Federation, OfficerClient, TestNode
from shared_schemas.offices import OfficeKind, Tier

PROVINCE, CITY, OTHER_CITY = "990000-inspection", "990100-inspection", "990200-inspection"
COUNTY, SECOND, THIRD = "990121-inspection", "990122-inspection", "990103-inspection"
DESK, ORGANIZATION, PROVINCE_DESK, COUNTY_DESK = "990100-discipline", "990100-organization", "990000-discipline", "990121-discipline"
REQUESTS, TASKS, SECONDMENTS, CANDIDATES, COPIES, ASSIGNMENTS, PAPERS, LENDINGS, LENT, OPINIONS = (
    f"/lifted-inspection/{key}" for key in ("requests", "tasks", "secondments", "candidates", "copies", "assignments", "papers", "lendings", "lent", "opinions")
)
asks, joins, runs, advises = (
    lifted_inspection.requester(reads_register=False), lifted_inspection.participant(), lifted_inspection.organiser(), lifted_inspection.consultee(),
)
COUNTY_SPEC = NodeSpec(service="county", kind=OfficeKind.INSPECTION, tiers=(Tier.COUNTY,), slices=(asks, joins))
CITY_SPEC = NodeSpec(service="city", kind=OfficeKind.INSPECTION, tiers=(Tier.CITY,), slices=(asks, runs, joins))
PROVINCE_SPEC = NodeSpec(service="province", kind=OfficeKind.INSPECTION, tiers=(Tier.PROVINCE,), slices=(runs,))
DISCIPLINE_SPEC = NodeSpec(service="discipline_commission", kind=OfficeKind.DISCIPLINE, tiers=tuple(Tier), slices=(advises,))
ORGANIZATION_SPEC = NodeSpec(service="organization_department", kind=OfficeKind.ORGANIZATION, tiers=tuple(Tier), slices=(advises,))


def spec_of(office: str) -> NodeSpec:
    """What the service of an office composes here."""
    if office.endswith("-discipline"):
        return DISCIPLINE_SPEC
    if office.endswith("-organization"):
        return ORGANIZATION_SPEC
    return PROVINCE_SPEC if office == PROVINCE else CITY_SPEC if office in {CITY, OTHER_CITY} else COUNTY_SPEC


def only(*offices: str) -> dict[str, NodeSpec]:
    return {office: spec_of(office) for office in offices}


TARGET = "样例县供销社党组"
WISH: dict[str, Any] = {
    "target_name": TARGET, "wanted_kind": "cross", "reasons": ["large_funds", "same_level"], "explanation": "情况说明", "findings": 14, "petitions": 23, "clues": 3, "clues_urgent": 1,
}


def day(after: int = 0) -> str:
    return (local_date(utc_now()) + timedelta(days=after)).isoformat()


SIGNED = {"signed_by": "经办人戊", "signed_on": day()}


async def one(client: OfficerClient, ledger: str, **params: Any) -> dict[str, Any]:
    """The only record of a ledger."""
    (row,) = await client.list(ledger, **params)
    return row


async def proposed(county: OfficerClient, **changes: Any) -> str:
    """An application on its way."""
    made = await county.create(REQUESTS, **WISH | changes)
    await county.act(REQUESTS, made["id"], "propose")
    return str(made["id"])


async def task_on(client: OfficerClient, target: str = TARGET) -> dict[str, Any]:
    """The organiser's only task on a target."""
    return await one(client, TASKS, q=target)


async def consulted(organiser: OfficerClient, task: str, *, desk: str = DESK, signed: bool = False) -> None:
    """Signed unless it is, and an opinion recorded from paper: no desk's node needed."""
    if not signed:
        await organiser.act(TASKS, task, "sign", **SIGNED)
    await organiser.act(TASKS, task, "consult", offices=[desk])
    await organiser.act(TASKS, task, "record-opinion", office=desk, opinion="agree", text="同意。", replied_by="对口室辛", replied_on=day())
    await organiser.act(TASKS, task, "conclude", summary="一致同意。")


async def broken_rules(fed: Federation) -> list[str]:
    """What the production rules of all these offices complain about."""
    found: list[str] = []
    for office in fed:
        async with office.node.reading() as uow:
            found += [sentence for part in office.node.spec.slices for rule in part.invariants for sentence in await rule.check(uow)]
    return found


async def figures(office: TestNode) -> dict[str, Any]:
    """Indicator, and kind where there is one, of every cell an office counts -> value."""
    async with office.node.reading() as uow:
        cells = [cell for part in office.node.spec.slices for source in part.figures for cell in await source.compute(uow)]
    return {" ".join((cell.indicator, *cell.dimensions.values())): cell.value for cell in cells}


def approval(**changes: Any) -> dict[str, Any]:
    return {"kind": "cross", "host": COUNTY, "contributors": [SECOND], "counting_owner": CITY, "decided_on": day(), "explanation": "同意。"} | changes
