"""What a ledger cannot express: opening a body with a reason, and handing out the files that came with it."""

from capabilities.clue_transfer.common.files import handing_out_router
from capabilities.clue_transfer.common.reading import Reading, reading_router
from capabilities.clue_transfer.receiver import permissions
from capabilities.clue_transfer.receiver.ledgers import RECEIVED

READING = Reading(RECEIVED, permissions.READ)
ROUTERS = (reading_router(READING), handing_out_router(READING))
