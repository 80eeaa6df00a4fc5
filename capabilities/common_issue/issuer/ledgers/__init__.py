"""Registers of the issuing side."""

from capabilities.common_issue.issuer.ledgers.analysis import ANALYSES, CANDIDATES, POOL, THRESHOLDS
from capabilities.common_issue.issuer.ledgers.issues import CAMPAIGNS, INCOMING, ISSUES
from capabilities.common_issue.issuer.ledgers.letters import INSTRUMENTS, LETTERS

ALL = (CANDIDATES, ISSUES, POOL, INSTRUMENTS, LETTERS, CAMPAIGNS, INCOMING, ANALYSES, THRESHOLDS)

__all__ = ["ALL", "ANALYSES", "CAMPAIGNS", "CANDIDATES", "INCOMING", "INSTRUMENTS", "ISSUES", "LETTERS", "POOL", "THRESHOLDS"]
