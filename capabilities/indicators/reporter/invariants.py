"""Rules watched in production on the reporting side."""

from collections.abc import Sequence

from capabilities.indicators.reporter import queries
from nodekit.spec import Invariant
from nodekit.unit_of_work import UnitOfWork


async def every_number_is_catalogued(uow: UnitOfWork) -> Sequence[str]:
    """A source gives only figures it declares: an undeclared number has no formula to show."""
    found = []
    for part in uow.node.spec.slices:
        for source in part.figures:
            declared = {figure.code for figure in source.figures}
            strays = {cell.indicator for cell in await source.compute(uow)} - declared
            found += [f"“{part.title}”给出了未登记口径的指标 {code}。" for code in sorted(strays)]
    return found


async def small_sealed_counts_stay(uow: UnitOfWork) -> Sequence[str]:
    """Every stored cell of a sealed family that is small is marked to leave only as suppressed."""
    below = uow.node.settings.suppress_below
    return [
        f"密封类指标 {row.indicator} 的小数值未作隐去标记。" for row in await queries.list_own(uow)
        if row.sealed and row.unit not in {"%", "万元"} and row.value is not None and 0 < row.value < below and not row.hidden
    ]


INVARIANTS = (
    Invariant("indicators.every_number_is_catalogued", every_number_is_catalogued),
    Invariant("indicators.small_sealed_counts_stay", small_sealed_counts_stay),
)
