"""What a ledger cannot express: opening a body with a reason."""

from capabilities.clue_transfer.common.reading import Reading, reading_router
from capabilities.clue_transfer.receiver import permissions
from capabilities.clue_transfer.receiver.ledgers import RECEIVED

ROUTERS = (reading_router(Reading(RECEIVED, permissions.READ)),)
