"""The desk of the trial."""

import os

from nodekit.spec import NodeSpec
from shared_schemas.offices import OfficeKind, Tier
from tests.fault.ledger import ledger

SPEC = NodeSpec(
    service="fault_desk", kind=OfficeKind.DISCIPLINE, tiers=(Tier.COUNTY,), slices=(ledger(understands_all=not os.environ.get("FAULT_OLDER_RELEASE")),),
)
