"""The asking side: an office that cannot inspect somebody well from beside asks its superior, and follows what becomes of it."""

from capabilities.lifted_inspection.common import numbering
from capabilities.lifted_inspection.common.columns import GROUP
from capabilities.lifted_inspection.requester import handlers, invariants, permissions, routes, todos
from capabilities.lifted_inspection.requester.ledgers import REQUESTS
from capabilities.lifted_inspection.requester.models import Base
from capabilities.lifted_inspection.requester.options import RequesterOptions
from nodekit.spec import MenuEntry, Slice

MENU = (MenuEntry(GROUP, "提级巡察申请", REQUESTS.url, "box-arrow-up", permissions.VIEW, todos.count_waiting),)


def requester(*, reads_register: bool = RequesterOptions.reads_register) -> Slice:
    """Compose the asking side.

    Args:
        reads_register: offer this office's own register of organisations (needs `inspection.office` beside it).
    """
    return Slice(
        name="lifted_inspection.requester", title="提级巡察申请", package=__name__, metadata=Base.metadata, ledgers=(REQUESTS,), routers=routes.ROUTERS,
        handlers=handlers.handlers, permissions=permissions.PERMISSIONS, menu=MENU, todos=(todos.todos,), invariants=invariants.INVARIANTS,
        series=(numbering.APPLICATION,),
        options=RequesterOptions(reads_register),
    )
