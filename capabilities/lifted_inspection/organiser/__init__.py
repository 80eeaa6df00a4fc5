"""The organising side: consults, decides, tasks, staffs, inspects, feeds back, hands over and follows the result. It owns the task."""

from capabilities.lifted_inspection.common import numbering
from capabilities.lifted_inspection.common.columns import GROUP
from capabilities.lifted_inspection.organiser import figures, invariants, permissions, routes, todos
from capabilities.lifted_inspection.organiser.handlers import HANDLERS
from capabilities.lifted_inspection.organiser.ledgers.papers import COPIES
from capabilities.lifted_inspection.organiser.ledgers.people import CANDIDATES, SECONDMENTS
from capabilities.lifted_inspection.organiser.ledgers.tasks import TASKS
from capabilities.lifted_inspection.organiser.models import Base
from capabilities.lifted_inspection.organiser.options import OrganiserOptions
from nodekit.spec import MenuEntry, Slice

MENU = (
    MenuEntry(GROUP, "提级交叉联动任务", TASKS.url, "diagram-3", permissions.VIEW, todos.count_tasks),
    MenuEntry(GROUP, "提级交叉文书回执", COPIES.url, "envelope-check", permissions.VIEW, todos.count_copies),
    MenuEntry("队伍", "抽调需求", SECONDMENTS.url, "person-plus", permissions.VIEW, todos.count_secondments),
    MenuEntry("队伍", "抽调人选", CANDIDATES.url, "person-check", permissions.VIEW, todos.count_candidates),
)


def organiser(former_unit_years: int = OrganiserOptions.former_unit_years) -> Slice:
    """Compose the organising side.

    Args:
        former_unit_years: how long a former post keeps a person from a team.
    """
    return Slice(
        name="lifted_inspection.organiser", title="提级、交叉、联动任务", package=__name__, metadata=Base.metadata, ledgers=(TASKS, SECONDMENTS, CANDIDATES, COPIES),
        routers=routes.ROUTERS, handlers=HANDLERS, permissions=permissions.PERMISSIONS, menu=MENU, todos=(todos.todos,), figures=figures.SOURCES,
        invariants=invariants.INVARIANTS,
        series=numbering.ORGANISER, options=OrganiserOptions(former_unit_years),
    )
