"""What a service may set when it composes the office's side."""

from dataclasses import dataclass

from capabilities.inspection.recusal import FORMER_UNIT_YEARS_DEFAULT


@dataclass(frozen=True)
class OfficeOptions:
    """Composition options of `inspection.office`."""

    former_unit_years: int = FORMER_UNIT_YEARS_DEFAULT
    """How long a former post keeps a member away from that unit."""
    sign_due_item: str = "inspection.filing_ack"
    """Deadline item for the superior's signature on a filing."""
