"""Who did what, when, why: one hash-chained, insert-only log per node, written in the transaction of the act. Never: sealed content."""

from nodekit.audit.log import AuditLog, AuditReport

__all__ = ["AuditLog", "AuditReport"]
