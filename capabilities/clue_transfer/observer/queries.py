"""Every SELECT of the observing side."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from capabilities.clue_transfer.domain import Told
from capabilities.clue_transfer.observer.models import Stub, Tally, TallyCount
from nodekit.peers.directory import Office
from nodekit.unit_of_work import UnitOfWork


@dataclass
class Line:
    """What one lower office and its desks said about a year. A missing measure was never told."""

    office: Office
    issued: dict[str, Told] = field(default_factory=dict)
    handled: dict[str, Told] = field(default_factory=dict)
    """Sum over its desks."""
    as_of: datetime | None = None

    @property
    def agrees(self) -> bool | None:
        """Whether both sides count the same handed-over and signed clues; None while that cannot be told."""
        if not (self.issued and self.handled):
            return None
        verdicts = [self.issued[name].agrees(self.handled[name]) for name in ("transferred", "signed") if name in self.issued and name in self.handled]
        return False if False in verdicts else None if None in verdicts else True


async def years(uow: UnitOfWork) -> list[int]:
    """Years with counts, latest first; the present one always."""
    known = set(await uow.session.scalars(sa.select(Tally.year).distinct()))
    return sorted(known | {uow.today.year}, reverse=True)


async def lines(uow: UnitOfWork, year: int) -> list[Line]:
    """One line per office directly below, in the order of the directory; silent ones too."""
    directory = uow.node.directory
    found = {office.id: Line(office) for office in directory.children(uow.office)}
    for tally, counts in await _tallies(uow, year):
        line = found.get(directory.inspection_of(tally.origin).id) if tally.origin in directory else None
        if line is None:
            continue
        line.as_of = max(filter(None, (line.as_of, tally.as_of)))
        side = line.issued if tally.role == "issuer" else line.handled
        for measure, value in counts.items():
            side[measure] = side.get(measure, Told()) + Told.of(measure, value)
    return list(found.values())


async def _tallies(uow: UnitOfWork, year: int) -> Sequence[tuple[Tally, dict[str, int | None]]]:
    tallies = (await uow.session.scalars(sa.select(Tally).where(Tally.year == year).order_by(Tally.origin))).all()
    counts: dict[UUID, dict[str, int | None]] = {tally.id: {} for tally in tallies}
    for row in await uow.session.scalars(sa.select(TallyCount).where(TallyCount.tally_id.in_(list(counts)))):
        counts[row.tally_id][row.measure] = row.value
    return [(tally, counts[tally.id]) for tally in tallies]


async def stub(uow: UnitOfWork, origin: str, stub_id: UUID) -> Stub | None:
    """A stub by its sender and id, locked."""
    return await uow.session.scalar(sa.select(Stub).where(Stub.origin == origin, Stub.stub_id == stub_id).with_for_update())
