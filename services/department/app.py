"""Sector department node: answers suggestion letters, copy notices and secondments."""

from capabilities import common_issue, indicators, lifted_inspection
from nodekit import joining, rekeying
from nodekit.spec import NodeSpec
from shared_schemas.offices import OfficeKind, Tier

SPEC = NodeSpec(
    service="department",
    kind=OfficeKind.SECTOR,
    tiers=(Tier.PROVINCE, Tier.CITY, Tier.COUNTY),
    slices=(
        common_issue.receiver(),
        lifted_inspection.consultee(),
        indicators.reporter(),
        joining.office(),
        rekeying.office(),
    ),
)
