"""Rules watched in production on the collecting side."""

from collections.abc import Sequence

from capabilities.indicators.collector import queries
from capabilities.indicators.collector.handlers import speaks_for
from nodekit.spec import Invariant
from nodekit.unit_of_work import UnitOfWork


async def numbers_come_from_below(uow: UnitOfWork) -> Sequence[str]:
    """Every stored number belongs to this office or to a node below it."""
    return [f"收有不属于本机关及下级的指标:{node}。" for node in await queries.cell_counts(uow) if not speaks_for(uow.node.directory, uow.office, node)]


async def sealed_small_counts_are_hidden(uow: UnitOfWork) -> Sequence[str]:
    """No other office's small sealed count is readable here."""
    return [f"{name} 的密封类小数值未隐去。" for name in await queries.readable_small_counts(uow, uow.node.settings.suppress_below)]


INVARIANTS = (
    Invariant("indicators.numbers_come_from_below", numbers_come_from_below),
    Invariant("indicators.sealed_small_counts_are_hidden", sealed_small_counts_are_hidden),
)
