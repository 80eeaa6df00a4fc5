"""Evidence of a stop: what the peer signed and what this node holds signed, side by side, readable without either database."""

from __future__ import annotations

from collections.abc import Sequence

from nodekit.delivery.core import canonical
from nodekit.delivery.core.flow import cut
from nodekit.delivery.core.store import SentLink

FORK, CLONED, UNKNOWN_LINK, CONTRADICTS = "fork", "cloned", "receipt_for_unknown_link", "receipt_contradicts"
PRUNED = "pruned"
"""The peer needs a body that was thrown away: a backup was restored that had been declared destroyed. Nothing contradicts, nothing goes on."""
COPIES_TO_STOP = 2
"""So many peers must say that another copy of this node lives before all of it stops: one alone could switch anybody off."""


def our_links(channel: str, prev: str | None, links: Sequence[SentLink]) -> bytes:
    """Our links from a number to the next one that is signed: with the event hashes, the chain and the signature can be verified."""
    run = cut(list(links))
    return canonical.encode({
        "ch": channel, "prev": prev,
        "links": [
            {"seq": item.link.seq, "eh": item.link.eh, "lh": item.link.lh, "kid": item.link.kid, "suite": item.link.suite, "sig": item.link.sig}
            for item in run
        ],
    })
