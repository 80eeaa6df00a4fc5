"""Ledgers of the issuing side."""

from capabilities.shared_list.issuer.ledgers.copies import COPIES, EXTENSIONS, FILINGS
from capabilities.shared_list.issuer.ledgers.lists import ISSUED, ITEM_LEDGER
from capabilities.shared_list.issuer.ledgers.proposals import KINDS, PROPOSALS

ALL = (ISSUED, ITEM_LEDGER, COPIES, PROPOSALS, FILINGS, EXTENSIONS, KINDS)

__all__ = ["ALL", "COPIES", "EXTENSIONS", "FILINGS", "ISSUED", "ITEM_LEDGER", "KINDS", "PROPOSALS"]
