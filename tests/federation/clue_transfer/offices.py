"""Offices composed of nothing but clue transfer, and the acts every test needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from capabilities import clue_transfer
from nodekit.spec import NodeSpec
from nodekit.testing import OfficerClient, TestNode
from shared_schemas.offices import OfficeKind, Tier

COUNTY, CITY = "990121-inspection", "990100-inspection"
DESK, ORGANIZATION, CITY_DESK = "990121-discipline", "990121-organization", "990100-discipline"
ISSUED, RECEIVED, STUBS, ANNOUNCED = "/clue-transfer/issued", "/clue-transfer/received", "/clue-transfer/stubs", "/clue-transfer/announced"

COUNTY_SPEC = NodeSpec(service="county", kind=OfficeKind.INSPECTION, tiers=(Tier.COUNTY,), slices=(clue_transfer.issuer(),))
CITY_SPEC = NodeSpec(service="city", kind=OfficeKind.INSPECTION, tiers=(Tier.CITY,), slices=(clue_transfer.issuer(), clue_transfer.observer()))
DESK_SPEC = NodeSpec(service="discipline_commission", kind=OfficeKind.DISCIPLINE, tiers=tuple(Tier), slices=(clue_transfer.receiver(),))
ORGANIZATION_SPEC = NodeSpec(service="organization_department", kind=OfficeKind.ORGANIZATION, tiers=tuple(Tier), slices=(clue_transfer.receiver(),))
SPECS = {COUNTY: COUNTY_SPEC, CITY: CITY_SPEC, DESK: DESK_SPEC, ORGANIZATION: ORGANIZATION_SPEC, CITY_DESK: DESK_SPEC}

CANARY = "测试专用唯一字样甲乙丙"
BODY: dict[str, Any] = {
    "person": "被反映人A", "position": "某站负责人", "statement": f"{CANARY}:补贴到账后滞留专户四个月。", "source": "个别谈话",
    "evidence": [{"title": "专户流水", "pages": 12, "kept_by": "一组"}], "excluded_persons": ["关系人B"],
}


def report(**changes: Any) -> dict[str, Any]:
    """A clue report as a team would file it."""
    return BODY | {"team": "YL-01", "round_label": "八届三轮", "matter": "conduct", "cadre_tier": "county"} | changes


@dataclass
class Issuing:
    """The people of an issuing office."""

    clerk: OfficerClient
    leader: OfficerClient
    head: OfficerClient

    @classmethod
    async def of(cls, node: TestNode) -> Issuing:
        return cls(await node.login("office_clerk"), await node.login("team_leader"), await node.login("office_director", "leading_group_head"))

    async def approved(self, **changes: Any) -> str:
        """A clue registered by the clerk, reviewed by the team, approved by the leading group."""
        clue = await self.clerk.create(ISSUED, **report(**changes))
        await self.head.act(ISSUED, clue["id"], "admit", account=await account_id(self.leader))
        await self.leader.act(ISSUED, clue["id"], "review", minutes_on="2026-03-12")
        await self.head.act(ISSUED, clue["id"], "approve", approval_number="样巡审〔2026〕3号", approved_on="2026-03-13")
        return str(clue["id"])

    async def sent(self, **changes: Any) -> str:
        """A clue on its way."""
        clue = await self.approved(**changes)
        await self.clerk.act(ISSUED, clue, "seal", handed_over_by="经办人戊")
        await self.clerk.act(ISSUED, clue, "send")
        return clue


@dataclass
class Desk:
    """The people of a desk."""

    intake: OfficerClient
    handler: OfficerClient

    @classmethod
    async def of(cls, node: TestNode) -> Desk:
        return cls(await node.login("discipline_intake"), await node.login("discipline_desk"))

    async def only(self, **params: Any) -> dict[str, Any]:
        """The one clue in the register."""
        (row,) = await self.intake.list(RECEIVED, **params)
        return row

    async def assigned(self, clue: str) -> None:
        await self.intake.act(RECEIVED, clue, "sign", signed_by="案管经办人己")
        await self.intake.act(RECEIVED, clue, "number")
        await self.intake.act(RECEIVED, clue, "assign", handler=await account_id(self.handler))

    async def disposed(self, clue: str, disposition: str = "preliminary_verification", on: str = "2026-03-20") -> None:
        await self.handler.act(RECEIVED, clue, "propose", disposition=disposition, plan="方案要点")
        await self.intake.act(RECEIVED, clue, "dispose", approval_number="样纪审〔2026〕9号", disposed_on=on)


async def account_id(client: OfficerClient) -> str:
    """The signed-in account's own id."""
    answer = await client.get("/api/session")
    return str(answer.json()["officer_id"])
