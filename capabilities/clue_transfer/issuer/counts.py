"""When the issuer's counts change, the superior office is told."""

from capabilities.clue_transfer.common.tallies import tell_counts
from capabilities.clue_transfer.issuer import queries
from capabilities.clue_transfer.issuer.models import Clue, Tally
from nodekit.unit_of_work import UnitOfWork


async def tell(uow: UnitOfWork, clue: Clue) -> None:
    """Recount the year in which this clue was handed over."""
    if clue.sent_on is None:
        return
    year = clue.sent_on.year
    await tell_counts(uow, Tally, "issuer", year, await queries.counted(uow, year))
