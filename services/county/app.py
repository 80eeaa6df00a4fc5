"""County node: everything a county inspection office can do, in one list."""

from capabilities import clue_transfer, common_issue, indicators, inspection, lifted_inspection, shared_list
from nodekit import joining, rekeying
from nodekit.spec import NodeSpec
from services.county.policies import POLICIES
from shared_schemas.offices import OfficeKind, Tier

DESKS = (OfficeKind.DISCIPLINE, OfficeKind.ORGANIZATION)

SPEC = NodeSpec(
    service="county",
    kind=OfficeKind.INSPECTION,
    tiers=(Tier.COUNTY,),
    slices=(
        inspection.office(),
        shared_list.receiver(),
        clue_transfer.issuer(recipients=DESKS),
        common_issue.reporter(),
        common_issue.issuer(),
        common_issue.receiver(),
        lifted_inspection.requester(),
        lifted_inspection.participant(),
        indicators.collector(title="本县联动"),
        indicators.published(),
        indicators.reporter(),
        joining.office(),
        rekeying.office(),
    ),
    policies=POLICIES,
)
