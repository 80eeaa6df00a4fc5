"""Offices composed of inspection work and common issues, and the acts every test needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from capabilities import common_issue, inspection
from nodekit.spec import NodeSpec
from nodekit.testing import OfficerClient, TestNode
from shared_schemas.offices import OfficeKind, Tier
from tests.support.inspection import Desk as Inspecting

CITY, COUNTY, OTHER, PROVINCE = "990100-inspection", "990121-inspection", "990122-inspection", "990000-inspection"
FINANCE, ORGANIZATION, COUNTY_DESK = "990100-sector-finance", "990100-organization", "990121-discipline"
REPORTS, ESCALATIONS, POOL, CANDIDATES, ISSUES, INSTRUMENTS, LETTERS, CAMPAIGNS, INCOMING, RECEIVED = (
    f"/common-issue/{key}"
    for key in ("reports", "escalations", "pool", "candidates", "issues", "instruments", "letters", "campaigns", "incoming", "received")
)
SIDES = (inspection.office(), common_issue.reporter(), common_issue.issuer(units_min=3, offices_min=2), common_issue.receiver())
COUNTY_SPEC = NodeSpec(service="county", kind=OfficeKind.INSPECTION, tiers=(Tier.COUNTY,), slices=SIDES)
CITY_SPEC = NodeSpec(service="city", kind=OfficeKind.INSPECTION, tiers=(Tier.CITY,), slices=(*SIDES, inspection.superior()))
PROVINCE_SPEC = NodeSpec(service="province", kind=OfficeKind.INSPECTION, tiers=(Tier.PROVINCE,), slices=(*SIDES, inspection.superior()))
DESK_SPECS = {
    kind: NodeSpec(service=service, kind=kind, tiers=tuple(Tier), slices=(common_issue.receiver(),))
    for kind, service in (
        (OfficeKind.SECTOR, "department"), (OfficeKind.ORGANIZATION, "organization_department"), (OfficeKind.DISCIPLINE, "discipline_commission"),
    )
}
SPECS = {
    CITY: CITY_SPEC, COUNTY: COUNTY_SPEC, OTHER: COUNTY_SPEC, PROVINCE: PROVINCE_SPEC, FINANCE: DESK_SPECS[OfficeKind.SECTOR],
    ORGANIZATION: DESK_SPECS[OfficeKind.ORGANIZATION], COUNTY_DESK: DESK_SPECS[OfficeKind.DISCIPLINE],
}
TEXT = "固定资产账面与实物不符,部分设备未入账。"
COUNTS = {"units_checked": 28, "found": 9, "rectified": 9, "institutions": 2, "amount": "12.6"}


def only(*offices: str) -> dict[str, NodeSpec]:
    return {office: SPECS[office] for office in offices}


@dataclass
class Inspection:
    """The people of an inspection office: one who drafts and reports, one who reviews, one who signs."""

    clerk: OfficerClient
    reviewer: OfficerClient
    head: OfficerClient
    superior: bool
    """Whether an office above takes filings."""

    @classmethod
    async def of(cls, node: TestNode) -> Inspection:
        return cls(
            await node.login("office_clerk", "team_leader", "team_member", "liaison_officer", "office_director", "leading_group_head"),
            await node.login("rectification_desk"), await node.login("office_director", "leading_group_head"),
            node.node.directory.parent_inspection(node.office) is not None,
        )

    async def findings(self, *wordings: str, category: str = "F2.4") -> list[str]:
        """Confirmed findings, each at a unit of its own."""
        desk = Inspecting(self.clerk, superior=self.superior)
        await desk.term()
        targets = [await desk.target(f"某系统第{place}单位党组") for place in range(len(wordings))]
        round_id = await desk.round(*targets)
        team_id = await desk.team(round_id, *targets)
        await desk.entered(round_id)
        made = []
        for target, wording in zip(targets, wordings, strict=True):
            finding = await desk.finding(team_id, target, category=category, statement=wording)
            await self.clerk.act("/inspection/findings", finding["id"], "review")
            await self.clerk.act(
                "/inspection/findings", finding["id"], "confirm", on=(await self.today()), confirmation="确认单1号", deidentified=wording,
            )
            made.append(finding["id"])
        return made

    async def today(self) -> str:
        from tests.support.inspection import day

        return day()

    async def reported(self, *wordings: str, to: str = CITY, **options: Any) -> str:
        """A batch of new findings told to an office."""
        report = await self.clerk.create(REPORTS, addressee=to, findings=await self.findings(*wordings, **options), round_label="八届三轮")
        await self.clerk.act(REPORTS, report["id"], "send")
        return str(report["id"])

    async def issue(self, **changes: Any) -> str:
        """A common issue registered by hand."""
        form = {"title": "固定资产管理不到位", "category": "F2.4", "statement": "多家单位固定资产账实不符。", "why": "领导小组会议研究确定"}
        return str((await self.clerk.create(ISSUES, **(form | changes)))["id"])

    async def draft(self, issue: str, kind: str, *addressees: str, **changes: Any) -> str:
        form = {"title": "关于固定资产管理不到位问题的函", "statement": "多家单位固定资产账实不符。", "typical_case": "某单位17台设备未入账。", "requirement": "请认真整改并报送情况。"}
        return str((await self.clerk.create(INSTRUMENTS, issue=issue, kind=kind, addressees=list(addressees), **(form | changes)))["id"])

    async def issued(self, issue: str, kind: str, *addressees: str, **changes: Any) -> str:
        """A letter on its way."""
        letter = await self.draft(issue, kind, *addressees, **changes)
        await self.reviewer.act(INSTRUMENTS, letter, "review")
        await self.head.act(INSTRUMENTS, letter, "sign-off")
        await self.clerk.act(INSTRUMENTS, letter, "issue")
        return letter

    async def copy(self, recipient: str) -> dict[str, Any]:
        """The one letter at an addressee."""
        (row,) = await self.clerk.list(LETTERS, recipient=recipient)
        return await self.clerk.record(LETTERS, row["id"])


async def received(client: OfficerClient) -> dict[str, Any]:
    """The one letter an office got."""
    (row,) = await client.list(RECEIVED)
    return await client.record(RECEIVED, row["id"])
