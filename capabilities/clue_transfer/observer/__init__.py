"""The office above: counts of the offices below and of their desks, beside each other, and stubs. Never a clue."""

from capabilities.clue_transfer.observer import handlers, invariants, permissions, routes
from capabilities.clue_transfer.observer.ledgers import OBSERVED_STUBS
from capabilities.clue_transfer.observer.models import Base
from nodekit.spec import MenuEntry, Slice

MENU = (
    MenuEntry("线索移交", "下级移交计数", routes.URL, "bar-chart-line", permissions.OBSERVE),
    MenuEntry("线索移交", "下级线索存根", OBSERVED_STUBS.url, "files", permissions.OBSERVE),
)


def observer() -> Slice:
    """Compose the observing side."""
    return Slice(
        name="clue_transfer.observer", title="下级线索移交计数", package=__name__, metadata=Base.metadata, ledgers=(OBSERVED_STUBS,), routers=(routes.router,),
        handlers=handlers.handlers, permissions=permissions.PERMISSIONS, menu=MENU, invariants=invariants.INVARIANTS,
    )
