"""The four classes of message (who may read the content)."""

from enum import StrEnum


class MessageClass(StrEnum):
    """How much of an event travels in clear.

    content: readable by both offices; the links between them see bytes in TLS.
    sealed: only the addressee's sealing key (and the sender's own) opens the body.
    stub: number and date only; the paper itself travels by hand.
    statistic: counts, never contents.
    """

    CONTENT = "content"
    SEALED = "sealed"
    STUB = "stub"
    STATISTIC = "statistic"
