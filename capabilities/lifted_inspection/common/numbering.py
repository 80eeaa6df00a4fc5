"""Running numbers without gaps: one row per series and year, locked until the transaction ends."""

from typing import Any

from sqlalchemy import CheckConstraint, String
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from capabilities.lifted_inspection.domain.rules import document_number
from nodekit.unit_of_work import UnitOfWork


class NumberSeries:
    """Last number given. Rolled back with its user: a number is never lost and never given twice."""

    __table_args__ = (CheckConstraint("last > 0", name="positive"),)

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


async def number_document(uow: UnitOfWork, model: Any, act: str) -> str:
    """The next number of this office for a kind of paper, e.g. 演巡提〔2026〕5号."""
    year = uow.today.year
    first = insert(model).values(series=act, year=year, last=1)
    following = first.on_conflict_do_update(index_elements=[model.series, model.year], set_={"last": model.last + 1})
    running = int((await uow.session.execute(following.returning(model.last))).scalar_one())
    return document_number(uow.node.office.name, act, year, running)
