"""The issuing side: finds common issues in what is reported, tells those who must act, follows up, answers requests from below."""

from capabilities.common_issue.common import numbering
from capabilities.common_issue.issuer import figures, handlers, invariants, permissions, routes, todos
from capabilities.common_issue.issuer.ledgers import ALL, CAMPAIGNS, CANDIDATES, INCOMING, INSTRUMENTS, ISSUES, LETTERS, POOL, THRESHOLDS
from capabilities.common_issue.issuer.models import Base
from capabilities.common_issue.issuer.options import IssuerOptions
from nodekit.spec import MenuEntry, Slice

MENU = (
    MenuEntry("联动协同", CANDIDATES.title, CANDIDATES.url, "search", permissions.VIEW, todos.count_candidates),
    MenuEntry("联动协同", ISSUES.title, ISSUES.url, "diagram-3", permissions.VIEW),
    MenuEntry("联动协同", INSTRUMENTS.title, INSTRUMENTS.url, "pencil-square", permissions.VIEW, todos.count_drafts),
    MenuEntry("联动协同", LETTERS.title, LETTERS.url, "envelope-paper", permissions.VIEW, todos.count_results),
    MenuEntry("联动协同", INCOMING.title, INCOMING.url, "arrow-down-circle", permissions.VIEW, todos.count_incoming),
    MenuEntry("联动协同", POOL.title, POOL.url, "collection", permissions.VIEW),
    MenuEntry("系统管理", "共性问题分析阈值", THRESHOLDS.url, "sliders", permissions.SET),
    MenuEntry("成果运用", CAMPAIGNS.title, CAMPAIGNS.url, "flag", permissions.VIEW),
    MenuEntry("成果运用", "共性问题分布", "/common-issue/heat", "grid-3x3", permissions.VIEW),
)


def issuer(*, units_min: int = IssuerOptions.units_min, offices_min: int = IssuerOptions.offices_min, similarity_min: float = IssuerOptions.similarity_min) -> Slice:
    """Compose the issuing side. The three thresholds hold until an officer sets others on the page.

    Args:
        units_min: units in which an issue must be found to become a candidate, or
        offices_min: offices that must have reported it.
        similarity_min: cosine from which wordings count as alike, 0 to 1.
    """
    return Slice(
        name="common_issue.issuer", title="共性问题", package=__name__, metadata=Base.metadata, ledgers=ALL, routers=(routes.router,), handlers=handlers.handlers,
        permissions=permissions.PERMISSIONS, menu=MENU, todos=(todos.todos,), figures=figures.SOURCES, invariants=invariants.INVARIANTS,
        series=(numbering.ISSUE, numbering.SUPERVISE, *numbering.LETTERS.values()),
        options=IssuerOptions(units_min, offices_min, similarity_min),
    )
