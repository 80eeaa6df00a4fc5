"""What a service may set on the issuing side."""

from dataclasses import dataclass

from shared_schemas.offices import OfficeKind


@dataclass(frozen=True)
class IssuerOptions:
    """Kinds of desk this office may hand clues to."""

    recipients: tuple[OfficeKind, ...] = (OfficeKind.DISCIPLINE, OfficeKind.ORGANIZATION)
