"""Every SELECT of the observing side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from capabilities.clue_transfer.observer.models import Stub, Tally, TallyCount
from nodekit.peers.directory import Office
from nodekit.unit_of_work import UnitOfWork


@dataclass
class Line:
    """What one lower office and its desks said about a year. A missing key: never told; None: withheld because small."""

    office: Office
    issued: Mapping[str, int | None] = field(default_factory=dict)
    handled: dict[str, int | None] = field(default_factory=dict)
    """Sum over its desks; None as soon as one of them withheld its number."""
    as_of: datetime | None = None

    @property
    def agrees(self) -> bool | None:
        """Whether both sides count the same handed-over and signed clues; None when a withheld number leaves it open."""
        pairs = [(self.issued.get(name), self.handled.get(name)) for name in ("transferred", "signed")]
        return None if any(None in pair for pair in pairs) else all(mine == theirs for mine, theirs in pairs)


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
        if tally.role == "issuer":
            line.issued = counts
        else:
            line.handled = _plus(line.handled, counts)
    return list(found.values())


def _plus(one: Mapping[str, int | None], other: Mapping[str, int | None]) -> dict[str, int | None]:
    total: dict[str, int | None] = dict(one)
    for name, value in other.items():
        before = one.get(name, 0)
        total[name] = None if value is None or before is None else before + value
    return total


async def _tallies(uow: UnitOfWork, year: int) -> Sequence[tuple[Tally, dict[str, int | None]]]:
    tallies = (await uow.session.scalars(sa.select(Tally).where(Tally.year == year).order_by(Tally.origin))).all()
    counts: dict[UUID, dict[str, int | None]] = {tally.id: {} for tally in tallies}
    for row in await uow.session.scalars(sa.select(TallyCount).where(TallyCount.tally_id.in_(list(counts)))):
        counts[row.tally_id][row.measure] = row.value
    return [(tally, counts[tally.id]) for tally in tallies]


async def stub(uow: UnitOfWork, origin: str, stub_id: UUID) -> Stub | None:
    """A stub by its sender and id, locked."""
    return await uow.session.scalar(sa.select(Stub).where(Stub.origin == origin, Stub.stub_id == stub_id).with_for_update())
