"""Offices composed of nothing but lifted inspection, and the acts every test needs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from capabilities import lifted_inspection
from nodekit.clock import local_date, utc_now
from nodekit.spec import NodeSpec
from nodekit.testing import OfficerClient
from shared_schemas.offices import OfficeKind, Tier

PROVINCE, CITY, OTHER_CITY = "990000-inspection", "990100-inspection", "990200-inspection"
COUNTY, SECOND, THIRD = "990121-inspection", "990122-inspection", "990103-inspection"
DESK, ORGANIZATION = "990100-discipline", "990100-organization"
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


async def consulted(city: OfficerClient, task: str) -> None:
    """Signed, and an opinion recorded from paper: no desk's node needed."""
    await city.act(TASKS, task, "sign", **SIGNED)
    await city.act(TASKS, task, "consult", offices=[DESK])
    await city.act(TASKS, task, "record-opinion", office=DESK, opinion="agree", text="同意。", replied_by="对口室辛", replied_on=day())
    await city.act(TASKS, task, "conclude", summary="一致同意。")


def approval(**changes: Any) -> dict[str, Any]:
    return {"kind": "cross", "host": COUNTY, "contributors": [SECOND], "counting_owner": CITY, "decided_on": day(), "explanation": "同意。"} | changes
