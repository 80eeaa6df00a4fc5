"""What reaches the organiser: wishes and answers from above, opinions, receipts, people, results."""

from capabilities.lifted_inspection.organiser.handlers import proposals, receipts
from nodekit.handlers import Handlers

HANDLERS = Handlers("lifted_inspection.organiser")
HANDLERS.all = [*proposals.handlers.all, *receipts.handlers.all]
