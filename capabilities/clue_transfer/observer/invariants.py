"""Rules watched in production on the observing side."""

from collections.abc import Sequence

from capabilities.clue_transfer.observer import queries
from nodekit.spec import Invariant
from nodekit.unit_of_work import UnitOfWork


async def both_sides_agree(uow: UnitOfWork) -> Sequence[str]:
    """What an office says it handed over is what its desks say they got, where neither is withheld."""
    found = []
    for year in await queries.years(uow):
        found += [f"{line.office.name} {year}年移交、签收件数与受理机关不一致,请核对。" for line in await queries.lines(uow, year) if line.agrees is False]
    return found


INVARIANTS = (Invariant("clue_transfer.both_sides_agree", both_sides_agree),)
