"""What this office's own self-checks came to. The issuer counts letters; this side counts the work, once, where it is done."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

import sqlalchemy as sa

from capabilities.common_issue.common.columns import COUNTERS
from capabilities.common_issue.receiver.models import Letter
from nodekit.spec import Figure, FigureSource
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.figures import Cell, Period, PeriodKind

FIGURES = tuple(
    Figure(f"self_check_{key}", f"对照自查{label}", unit, "当年收到的通报函件中,本单位最近一次报送的累计数之和(撤回、作废、被替代除外)。") for key, label, unit in COUNTERS
)


async def compute(uow: UnitOfWork) -> Sequence[Cell]:
    """Totals by year of the letter."""
    years: dict[int, list[Letter]] = defaultdict(list)
    for row in await uow.session.scalars(sa.select(Letter).where(Letter.status.not_in(("withdrawn", "voided", "superseded", "returned")))):
        years[row.issued_on.year].append(row)
    return [
        Cell(indicator=f"self_check_{key}", period=Period(kind=PeriodKind.YEAR, label=str(year)), value=Decimal(sum(getattr(row, key) for row in rows)), unit=unit)
        for year, rows in sorted(years.items())
        for key, _, unit in COUNTERS
    ]


SOURCES = (FigureSource(FIGURES, compute),)
