"""What a service chooses when it composes the adapting side."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReceiverOptions:
    """may_adapt: False for an office that uses lists word for word (a city that only passes the province's lists on)."""

    may_adapt: bool = True
