"""Organization department node: personnel matters handed over, letters, consultations."""

from capabilities import clue_transfer, common_issue, indicators, lifted_inspection
from nodekit import joining, rekeying
from nodekit.spec import NodeSpec
from shared_schemas.offices import OfficeKind, Tier

SPEC = NodeSpec(
    service="organization_department",
    kind=OfficeKind.ORGANIZATION,
    tiers=(Tier.PROVINCE, Tier.CITY, Tier.COUNTY),
    slices=(
        clue_transfer.receiver(),
        common_issue.receiver(),
        lifted_inspection.consultee(),
        indicators.reporter(),
        joining.office(),
        rekeying.office(),
    ),
)
