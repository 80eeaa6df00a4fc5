"""Registers of the issuing side."""

from capabilities.common_issue.issuer.ledgers.issues import CAMPAIGNS, CANDIDATES, INCOMING, ISSUES, POOL
from capabilities.common_issue.issuer.ledgers.letters import INSTRUMENTS, LETTERS

ALL = (CANDIDATES, ISSUES, POOL, INSTRUMENTS, LETTERS, CAMPAIGNS, INCOMING)

__all__ = ["ALL", "CAMPAIGNS", "CANDIDATES", "INCOMING", "INSTRUMENTS", "ISSUES", "LETTERS", "POOL"]
