"""Discipline commission node: takes its clue stream, disposes, feeds back; answers letters."""

from capabilities import clue_transfer, common_issue, indicators, lifted_inspection
from nodekit import joining, rekeying
from nodekit.spec import NodeSpec
from shared_schemas.offices import OfficeKind, Tier

SPEC = NodeSpec(
    service="discipline_commission",
    kind=OfficeKind.DISCIPLINE,
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
