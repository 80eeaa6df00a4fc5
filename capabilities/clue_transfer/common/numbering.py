"""Running numbers without gaps: one row per series and year, locked until the transaction ends."""

from typing import Any

from sqlalchemy import CheckConstraint, String
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from nodekit.unit_of_work import UnitOfWork


class NumberSeries:
    """Last number given. Rolled back with its user: a number is never lost and never given twice."""

    __table_args__ = (CheckConstraint("last > 0", name="positive"),)

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


async def next_number(uow: UnitOfWork, model: Any, series: str, year: int = 0) -> int:
    """The next number of a series; year 0 for a series that does not start anew each year."""
    first = insert(model).values(series=series, year=year, last=1)
    following = first.on_conflict_do_update(index_elements=[model.series, model.year], set_={"last": model.last + 1})
    return int((await uow.session.execute(following.returning(model.last))).scalar_one())
