"""Province node: its own inspections, lists and decisions for the cities, and the linkage dashboards."""

from capabilities import clue_transfer, common_issue, indicators, inspection, lifted_inspection, shared_list
from nodekit import joining, rekeying
from nodekit.spec import NodeSpec
from services.province.policies import POLICIES
from shared_schemas.offices import OfficeKind, Tier

DESKS = (OfficeKind.DISCIPLINE, OfficeKind.ORGANIZATION)

SPEC = NodeSpec(
    service="province",
    kind=OfficeKind.INSPECTION,
    tiers=(Tier.PROVINCE,),
    slices=(
        inspection.office(),
        inspection.superior(),
        shared_list.issuer(),
        clue_transfer.issuer(recipients=DESKS),
        clue_transfer.observer(),
        common_issue.issuer(),
        lifted_inspection.organiser(),
        indicators.collector(title="联动态势"),
        indicators.published(),
        indicators.reporter(),
        joining.office(),
        rekeying.office(),
    ),
    policies=POLICIES,
)
