"""How the service composed the published side."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PublishedOptions:
    """Nothing differs between levels but where the figures end: at the office without one above."""

    rows_max: int = 1000
    """Rows of one import."""
