"""The issuing side: registers clues, has them approved, hands each to the one body with authority, follows what comes of it."""

from capabilities.clue_transfer.common import numbering
from capabilities.clue_transfer.issuer import figures, handlers, invariants, permissions, routes, todos
from capabilities.clue_transfer.issuer.ledgers import ISSUED, STUBS
from capabilities.clue_transfer.issuer.models import Base
from capabilities.clue_transfer.issuer.options import IssuerOptions
from nodekit.spec import MenuEntry, Slice
from shared_schemas.offices import OfficeKind

MENU = (
    MenuEntry("线索移交", "线索移交台账", ISSUED.url, "send-check", permissions.VIEW, todos.count_waiting),
    MenuEntry("线索移交", "上级管理干部存根", STUBS.url, "file-earmark-lock", permissions.VIEW, todos.count_stubs),
)


def issuer(recipients: tuple[OfficeKind, ...] = IssuerOptions.recipients) -> Slice:
    """Compose the issuing side.

    Args:
        recipients: kinds of desk this office may hand clues to.
    """
    return Slice(
        name="clue_transfer.issuer", title="线索移交", package=__name__, metadata=Base.metadata, ledgers=(ISSUED, STUBS), routers=routes.ROUTERS,
        handlers=handlers.handlers, permissions=permissions.PERMISSIONS, menu=MENU, todos=(todos.todos,), figures=figures.SOURCES,
        invariants=invariants.INVARIANTS,
        series=(numbering.CLUE, numbering.TRANSFER, numbering.SLIP, numbering.URGE, numbering.SUPERVISE), options=IssuerOptions(recipients),
    )
