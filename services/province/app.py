"""Province node: its own inspections, lists and decisions for the cities, and the linkage dashboards."""

from capabilities import clue_transfer, common_issue, indicators, inspection, lifted_inspection, shared_list
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
        common_issue.issuer(),
        lifted_inspection.organiser(),
        lifted_inspection.participant(),
        clue_transfer.issuer(recipients=DESKS),
        clue_transfer.observer(),
        indicators.reporter(),
        indicators.collector(),
        indicators.published(),
    ),
    policies=POLICIES,
)
