"""A desk's side: gives its opinion when consulted, signs for the feedback it gets."""

from capabilities.lifted_inspection.common.columns import GROUP
from capabilities.lifted_inspection.consultee import handlers, invariants, permissions, todos
from capabilities.lifted_inspection.consultee.ledgers import OPINIONS, PAPERS
from capabilities.lifted_inspection.consultee.models import Base
from nodekit.spec import MenuEntry, Slice

MENU = (
    MenuEntry(GROUP, "提级巡察会商", OPINIONS.url, "chat-square-text", permissions.VIEW, todos.count_opinions),
    MenuEntry(GROUP, "提级交叉文书", PAPERS.url, "envelope-paper", permissions.VIEW, todos.count_papers),
)


def consultee() -> Slice:
    """Compose a desk's side."""
    return Slice(
        name="lifted_inspection.consultee", title="提级巡察会商", package=__name__, metadata=Base.metadata, ledgers=(OPINIONS, PAPERS),
        handlers=handlers.handlers, permissions=permissions.PERMISSIONS, menu=MENU, todos=(todos.todos,), invariants=invariants.INVARIANTS,
    )
