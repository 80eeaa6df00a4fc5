"""The smallest real slice with a door of its own: an officer says something, the other office notes it, every effect is one row."""

from nodekit.spec import Slice
from tests.fault.ledger.handlers import handlers, newer_handlers
from tests.fault.ledger.models import Base
from tests.fault.ledger.routes import router


def ledger(*, understands_all: bool = True) -> Slice:
    """`understands_all`: False is an older release, which knows one of the two event types only."""
    return Slice(
        name="fault.ledger", title="故障试验台账", package=__name__, metadata=Base.metadata, routers=(router,),
        handlers=newer_handlers if understands_all else handlers,
    )
