"""Counts for the superior office: absolute values of one year, sent when they changed, small ones withheld before they leave."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from capabilities.clue_transfer.domain import Counted, tally, tally_id, withhold_small
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.clue_transfer.v1 import ClueTransferCounted, Count


class TallySent:
    """What was last told upward about a year; the row lock keeps versions in order."""

    year: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    told: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


async def tell_counts(uow: UnitOfWork, model: Any, role: str, year: int, clues: Sequence[Counted]) -> None:
    """Send the year's counts to the inspection office above the issuer, unless it has these already or there is none."""
    superior = uow.node.directory.parent_inspection(uow.office)
    if superior is None:
        return
    shown = withhold_small(tally(clues))
    told = ",".join(f"{measure}={'' if value is None else value}" for measure, value in shown.items())
    row = await uow.session.scalar(select(model).where(model.year == year).with_for_update())
    if row is None:
        row = model(year=year, version=0, told="", sent_at=uow.now)
        uow.session.add(row)
    if row.told == told:
        return
    row.version, row.told, row.sent_at = row.version + 1, told, uow.now
    event = ClueTransferCounted(
        tally_id=tally_id(uow.office, role, year), role=role, year=year, version=row.version, as_of=uow.now,
        counts=[Count(measure=measure, value=value) for measure, value in shown.items()],
    )
    await uow.publish(event, to=superior.id)
