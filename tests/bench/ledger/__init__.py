"""The smallest real slice: one event, one handler, one business row."""

from nodekit.spec import Slice
from tests.bench.ledger.handlers import handlers
from tests.bench.ledger.models import Base


def ledger() -> Slice:
    return Slice(name="bench.ledger", title="基准台账", package=__name__, metadata=Base.metadata, handlers=handlers)
