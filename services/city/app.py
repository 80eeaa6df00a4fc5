"""City node: what a county does, plus publishing lists, issuing notices, deciding requests and watching over its counties."""

from capabilities import clue_transfer, common_issue, indicators, inspection, lifted_inspection, shared_list
from nodekit import joining, rekeying
from nodekit.spec import NodeSpec
from services.city.policies import POLICIES
from shared_schemas.offices import OfficeKind, Tier

DESKS = (OfficeKind.DISCIPLINE, OfficeKind.ORGANIZATION)

SPEC = NodeSpec(
    service="city",
    kind=OfficeKind.INSPECTION,
    tiers=(Tier.CITY,),
    slices=(
        inspection.office(),
        inspection.superior(),
        shared_list.issuer(),
        shared_list.receiver(),
        clue_transfer.issuer(recipients=DESKS),
        clue_transfer.observer(),
        common_issue.reporter(),
        common_issue.issuer(),
        common_issue.receiver(),
        lifted_inspection.requester(),
        lifted_inspection.organiser(),
        lifted_inspection.participant(),
        indicators.collector(title="本市联动"),
        indicators.published(),
        indicators.reporter(),
        joining.office(),
        rekeying.office(),
    ),
    policies=POLICIES,
)
