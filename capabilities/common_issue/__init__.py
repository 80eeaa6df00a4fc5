"""Common issues (共性问题): found in what several offices report, told to those who must act, followed to the last reply."""

from capabilities.common_issue.issuer import issuer
from capabilities.common_issue.receiver import receiver
from capabilities.common_issue.reporter import reporter

__all__ = ["issuer", "receiver", "reporter"]
