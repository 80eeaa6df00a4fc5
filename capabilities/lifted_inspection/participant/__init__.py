"""The participating side: hosts tasks of superior offices, signs their papers, supervises the rectification, lends people."""

from capabilities.lifted_inspection.common.columns import GROUP
from capabilities.lifted_inspection.participant import invariants, permissions, todos
from capabilities.lifted_inspection.participant.handlers import handlers
from capabilities.lifted_inspection.participant.ledgers.people import LENDINGS, LENT
from capabilities.lifted_inspection.participant.ledgers.tasks import ASSIGNMENTS, PAPERS
from capabilities.lifted_inspection.participant.models import Base
from capabilities.lifted_inspection.participant.options import ParticipantOptions
from nodekit.spec import MenuEntry, Slice

MENU = (
    MenuEntry(GROUP, "上级组织任务", ASSIGNMENTS.url, "diagram-2", permissions.VIEW, todos.count_assignments),
    MenuEntry(GROUP, "提级交叉文书签收", PAPERS.url, "envelope-paper", permissions.VIEW, todos.count_papers),
    MenuEntry("队伍", "上级抽调", LENDINGS.url, "person-up", permissions.VIEW, todos.count_lendings),
    MenuEntry("队伍", "派出人员", LENT.url, "person-walking", permissions.VIEW),
)


def participant(former_unit_years: int = ParticipantOptions.former_unit_years) -> Slice:
    """Compose the participating side.

    Args:
        former_unit_years: how long a former post keeps a person from a team, for the check before offering him.
    """
    return Slice(
        name="lifted_inspection.participant", title="上级组织任务", package=__name__, metadata=Base.metadata, ledgers=(ASSIGNMENTS, PAPERS, LENDINGS, LENT),
        handlers=handlers, permissions=permissions.PERMISSIONS, menu=MENU, todos=(todos.todos,), invariants=invariants.INVARIANTS,
        options=ParticipantOptions(former_unit_years),
    )
