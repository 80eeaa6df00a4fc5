"""What a city or province does with the filings of lower offices: sign, put on record with remarks, send back, ask for the report."""

from capabilities.inspection.superior.handlers import handlers
from capabilities.inspection.superior.invariants import INVARIANTS
from capabilities.inspection.superior.ledgers import RECEIVED
from capabilities.inspection.superior.models import Base
from capabilities.inspection.superior.options import SuperiorOptions
from capabilities.inspection.superior.todos import count_filings, filings_waiting
from nodekit.spec import MenuEntry, Permission, Slice

OFFICE = frozenset({"office_director", "office_clerk"})
READERS = OFFICE | {"committee", "leading_group_head", "info_officer", "rectification_desk", "supervision_team"}


def superior(*, sign_due_item: str = "inspection.filing_ack") -> Slice:
    """The side of an office with inspection offices below it. `sign_due_item` names the deadline rule for signing."""
    return Slice(
        name="inspection.superior",
        title="下级报备",
        package=__name__,
        metadata=Base.metadata,
        ledgers=(RECEIVED,),
        handlers=handlers,
        permissions=(
            Permission("inspection.view_filings", "查看下级报备", READERS),
            Permission("inspection.receive_filing", "签收和备案下级报备", OFFICE),
        ),
        menu=(MenuEntry("联动协同", "下级报备", RECEIVED.url, "inboxes", "inspection.view_filings", count_filings),),
        todos=(filings_waiting,),
        invariants=INVARIANTS,
        options=SuperiorOptions(sign_due_item=sign_due_item),
    )
