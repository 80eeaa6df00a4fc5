"""The county of the trial."""

import os

from nodekit.spec import NodeSpec
from shared_schemas.offices import OfficeKind, Tier
from tests.fault.ledger import ledger

SPEC = NodeSpec(
    service="fault_county", kind=OfficeKind.INSPECTION, tiers=(Tier.COUNTY,), slices=(ledger(understands_all=not os.environ.get("FAULT_OLDER_RELEASE")),),
)
