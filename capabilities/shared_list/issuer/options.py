"""What a service chooses when it composes the issuing side."""

from dataclasses import dataclass


@dataclass(frozen=True)
class IssuerOptions:
    """reaches_all_below: True offers every inspection office below, not only the next tier (a province straight to counties)."""

    reaches_all_below: bool = False
