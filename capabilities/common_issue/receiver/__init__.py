"""The receiving side: lower offices and desks sign for letters, report what they do, ask for time."""

from capabilities.common_issue.receiver import figures, handlers, invariants, permissions, routes, todos
from capabilities.common_issue.receiver.ledgers import RECEIVED
from capabilities.common_issue.receiver.models import Base
from nodekit.spec import MenuEntry, Slice

MENU = (MenuEntry("联动协同", RECEIVED.title, RECEIVED.url, "envelope-open", permissions.VIEW, todos.count_waiting),)


def receiver() -> Slice:
    """Compose the receiving side."""
    return Slice(
        name="common_issue.receiver", title="收到通报函件", package=__name__, metadata=Base.metadata, ledgers=(RECEIVED,), routers=(routes.router,), handlers=handlers.handlers,
        permissions=permissions.PERMISSIONS, menu=MENU, todos=(todos.todos,), figures=figures.SOURCES, invariants=invariants.INVARIANTS,
    )
