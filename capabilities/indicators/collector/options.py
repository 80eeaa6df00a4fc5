"""How the service composed the collector."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CollectorOptions:
    """What the dashboard is called at this level."""

    title: str
