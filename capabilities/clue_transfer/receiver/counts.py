"""When the desk's counts change, the inspection office above the issuer is told."""

from capabilities.clue_transfer.common.tallies import tell_counts
from capabilities.clue_transfer.receiver import queries
from capabilities.clue_transfer.receiver.models import Clue, Tally
from nodekit.unit_of_work import UnitOfWork


async def tell(uow: UnitOfWork, clue: Clue) -> None:
    """Recount the year in which this clue was handed over."""
    year = clue.sent_on.year
    await tell_counts(uow, Tally, "receiver", year, await queries.counted(uow, year))
