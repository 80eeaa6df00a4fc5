"""What a service may set on the asking side."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RequesterOptions:
    """Whether organisations are chosen from this office's own register."""

    reads_register: bool = True
