"""What a service may set on the organising side."""

from dataclasses import dataclass

from capabilities.lifted_inspection.domain.recusal import FORMER_UNIT_YEARS_DEFAULT


@dataclass(frozen=True)
class OrganiserOptions:
    """Years a former post keeps a person away; no public rule was found."""

    former_unit_years: int = FORMER_UNIT_YEARS_DEFAULT
