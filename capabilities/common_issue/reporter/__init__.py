"""The reporting side: findings of its own, de-identified, told upward; issues it cannot solve alone, escalated."""

from capabilities.common_issue.common import numbering
from capabilities.common_issue.reporter import handlers, invariants, permissions, todos
from capabilities.common_issue.reporter.ledgers import ALL, ESCALATIONS, REPORTS
from capabilities.common_issue.reporter.models import Base
from nodekit.spec import MenuEntry, Slice

MENU = (
    MenuEntry("联动协同", REPORTS.title, REPORTS.url, "box-arrow-up", permissions.VIEW, todos.count_drafts),
    MenuEntry("联动协同", ESCALATIONS.title, ESCALATIONS.url, "arrow-up-circle", permissions.VIEW),
)


def reporter() -> Slice:
    """Compose the reporting side. It reads findings through the register of inspection work, which must be composed beside it."""
    return Slice(
        name="common_issue.reporter", title="共性问题上报", package=__name__, metadata=Base.metadata, ledgers=ALL, handlers=handlers.handlers,
        permissions=permissions.PERMISSIONS, menu=MENU, todos=(todos.todos,), invariants=invariants.INVARIANTS,
        series=(numbering.REPORT, numbering.ESCALATION),
    )
