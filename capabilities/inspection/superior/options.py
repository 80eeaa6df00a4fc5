"""What a service may set when it composes the superior's side."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SuperiorOptions:
    """Composition options of `inspection.superior`."""

    sign_due_item: str = "inspection.filing_ack"
    """Deadline item: how soon a filing is signed for."""
